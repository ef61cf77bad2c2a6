package dev.hacolo.service.config;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Access to the OpenStack control plane.
 *
 * @param authUrl Keystone, with {@code /v3}
 * @param user service user
 * @param password its password, read at each authentication
 * @param project project of the service user
 * @param userDomain domain name of the user
 * @param projectDomain domain name of the project
 * @param region region whose endpoints are used
 * @param ca CA certificates to trust beside the JDK's, PEM
 */
public record OpenStackConfig(
    String authUrl,
    String user,
    Supplier<char[]> password,
    String project,
    String userDomain,
    String projectDomain,
    String region,
    Optional<Path> ca) {}
