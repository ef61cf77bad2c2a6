package dev.hacolo.service.store;

import dev.hacolo.service.domain.CloudTask;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.NullUnmarked;

/** Row of {@code cloud_tasks}. */
@Entity(name = "CloudTaskEntity")
@Table(name = "cloud_tasks")
@NullUnmarked
class CloudTaskEntity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  long id;

  @Column(name = "pair_id")
  UUID pairId;

  @Column(name = "instance_uuid")
  UUID instanceUuid;

  @Enumerated(EnumType.STRING)
  @JdbcTypeCode(SqlTypes.VARCHAR)
  CloudTask.Kind kind;

  String host;
  UUID consumer;
  int attempts;

  @Column(name = "retry_at")
  Instant retryAt;

  String reason;
}
