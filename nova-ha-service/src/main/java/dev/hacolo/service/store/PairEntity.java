package dev.hacolo.service.store;

import dev.hacolo.service.domain.PairState;
import dev.hacolo.service.domain.ReleaseCause;
import dev.hacolo.service.domain.SecondaryVcpus;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.NullUnmarked;

/** Row of {@code pairs}; {@link PairMapping} turns it into a domain pair and back. */
@Entity(name = "PairEntity")
@Table(name = "pairs")
@NullUnmarked
class PairEntity {
  @Id UUID id;

  @Version long version;

  long generation;

  @Enumerated(EnumType.STRING)
  @JdbcTypeCode(SqlTypes.VARCHAR)
  PairState state;

  @Column(name = "state_since")
  Instant stateSince;

  @Column(name = "instance_uuid")
  UUID instanceUuid;

  @Column(name = "instance_name")
  String instanceName;

  @Column(name = "project_id")
  String projectId;

  @Column(name = "user_id")
  String userId;

  int vcpus;

  @Column(name = "memory_mb")
  int memoryMb;

  @Column(name = "disk_gb")
  int diskGb;

  @Column(name = "extra_specs")
  @JdbcTypeCode(SqlTypes.JSON)
  String extraSpecs;

  @Column(name = "vm_state")
  String vmState;

  @Column(name = "nova_host")
  String novaHost;

  @Column(name = "primary_host")
  String primaryHost;

  @Column(name = "secondary_host")
  String secondaryHost;

  @Column(name = "primary_incarnation")
  UUID primaryIncarnation;

  @Column(name = "secondary_incarnation")
  UUID secondaryIncarnation;

  @Column(name = "deposed_hosts")
  @JdbcTypeCode(SqlTypes.JSON)
  String deposedHosts;

  @Column(name = "secondary_vcpus_mode")
  @Enumerated(EnumType.STRING)
  @JdbcTypeCode(SqlTypes.VARCHAR)
  SecondaryVcpus.Mode secondaryVcpusMode;

  @Column(name = "secondary_vcpus")
  Integer secondaryVcpus;

  @Column(name = "reservation_consumer")
  UUID reservationConsumer;

  @Column(name = "survivor_consumer")
  UUID survivorConsumer;

  int attempts;

  @Column(name = "retry_at")
  Instant retryAt;

  String reason;

  @Column(name = "host_choice")
  @JdbcTypeCode(SqlTypes.JSON)
  String hostChoice;

  @Column(name = "release_cause")
  @Enumerated(EnumType.STRING)
  @JdbcTypeCode(SqlTypes.VARCHAR)
  ReleaseCause releaseCause;

  @Column(name = "standing_order")
  @JdbcTypeCode(SqlTypes.JSON)
  String standingOrder;

  @Column(name = "protected_at")
  Instant protectedAt;

  @Column(name = "created_at")
  Instant createdAt;
}
