package dev.hacolo.service.store;

import dev.hacolo.service.domain.PairEvent;
import dev.hacolo.service.domain.PairState;
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

/** Row of {@code pair_history}. */
@Entity(name = "HistoryEntity")
@Table(name = "pair_history")
@NullUnmarked
class HistoryEntity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  long id;

  @Column(name = "pair_id")
  UUID pairId;

  Instant at;

  long generation;

  @Column(name = "from_state")
  @Enumerated(EnumType.STRING)
  @JdbcTypeCode(SqlTypes.VARCHAR)
  PairState fromState;

  @Column(name = "to_state")
  @Enumerated(EnumType.STRING)
  @JdbcTypeCode(SqlTypes.VARCHAR)
  PairState toState;

  @Enumerated(EnumType.STRING)
  @JdbcTypeCode(SqlTypes.VARCHAR)
  PairEvent event;

  String reason;

  @JdbcTypeCode(SqlTypes.JSON)
  String detail;

  @Column(name = "took_ms")
  Long tookMs;
}
