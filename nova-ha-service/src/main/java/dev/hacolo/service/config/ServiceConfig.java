package dev.hacolo.service.config;

import dev.hacolo.common.config.HostPort;
import java.util.Optional;

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
 * @param syncsPerHost in how many synchronisations a host may take part at a time, in either role
 * @param fencing what puts a host out of action that has lost a claim without a word
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
    boolean failureDomainRequired,
    int syncsPerHost,
    Optional<FencingConfig> fencing) {}
