package dev.hacolo.service.cloud;

import dev.hacolo.service.config.OpenStackConfig;

/**
 * Opens the control plane of the configuration; found by {@link java.util.ServiceLoader}, so that
 * the launcher depends on no adapter.
 */
public interface CloudProvider {
  /**
   * Makes the adapter; connects to nothing yet.
   *
   * @throws IllegalArgumentException if a value cannot be used; one sentence
   */
  Cloud open(OpenStackConfig config);
}
