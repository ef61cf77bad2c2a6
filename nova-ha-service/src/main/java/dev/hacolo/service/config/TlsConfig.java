package dev.hacolo.service.config;

import java.nio.file.Path;

/**
 * The service's identity, PEM files.
 *
 * @param ca certificates of the deployment's own CA; only what it signed is trusted
 * @param certificate the service's certificate with its chain
 * @param key the service's private key, PKCS #8
 */
public record TlsConfig(Path ca, Path certificate, Path key) {}
