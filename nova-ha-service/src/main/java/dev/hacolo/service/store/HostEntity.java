package dev.hacolo.service.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.NullUnmarked;

/** Row of {@code hosts}. */
@Entity(name = "HostEntity")
@Table(name = "hosts")
@NullUnmarked
class HostEntity {
  @Id String name;

  UUID incarnation;

  @Column(name = "last_seen")
  Instant lastSeen;

  @JdbcTypeCode(SqlTypes.JSON)
  String report;
}
