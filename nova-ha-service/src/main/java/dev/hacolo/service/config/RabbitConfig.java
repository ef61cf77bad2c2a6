package dev.hacolo.service.config;

/**
 * Nova's message broker.
 *
 * @param host name or address
 * @param port TCP port
 * @param virtualHost virtual host
 * @param user user
 * @param password its password
 * @param exchange exchange that Nova publishes to
 * @param queue own queue of this deployment
 * @param routingKey binding of the queue
 * @param tls whether to use TLS, trusting {@code tls.ca}
 */
public record RabbitConfig(
    String host,
    int port,
    String virtualHost,
    String user,
    SecretFile password,
    String exchange,
    String queue,
    String routingKey,
    boolean tls) {}
