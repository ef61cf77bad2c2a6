package dev.hacolo.service.cloud;

/**
 * A nova-compute service.
 *
 * @param name host name
 * @param up whether Nova has heard of it lately and nobody forced it down
 * @param enabled whether the scheduler may use it
 * @param zone availability zone
 */
public record ComputeHost(String name, boolean up, boolean enabled, String zone) {}
