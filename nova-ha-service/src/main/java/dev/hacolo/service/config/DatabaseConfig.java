package dev.hacolo.service.config;

import java.util.Optional;

/**
 * PostgreSQL.
 *
 * @param url JDBC URL, {@code jdbc:postgresql://host:port/name}
 * @param user database user
 * @param password absent where PostgreSQL trusts the connection
 * @param poolSize connections, 3 to 100
 */
public record DatabaseConfig(
    String url, String user, Optional<SecretFile> password, int poolSize) {}
