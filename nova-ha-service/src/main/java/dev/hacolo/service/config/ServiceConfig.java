package dev.hacolo.service.config;

import dev.hacolo.common.config.HostPort;

/**
 * Everything that the configuration file says.
 *
 * @param name name of this service in logs and at the broker
 * @param apiListen HTTPS for agents and operators
 * @param metricsListen plain HTTP for health and metrics
 * @param tls own identity
 * @param database PostgreSQL
 * @param rabbit message broker
 * @param openstack control plane
 * @param timing intervals and deadlines
 * @param failureDomainRequired whether the two hosts of a pair must differ in failure domain
 */
public record ServiceConfig(
    String name,
    HostPort apiListen,
    HostPort metricsListen,
    TlsConfig tls,
    DatabaseConfig database,
    RabbitConfig rabbit,
    OpenStackConfig openstack,
    TimingConfig timing,
    boolean failureDomainRequired) {}
