package dev.hacolo.service.store;

import dev.hacolo.common.api.Claim;
import dev.hacolo.common.api.ClaimDecision;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.NullUnmarked;

/** Row of {@code claims}: an answer that was given. */
@Entity(name = "ClaimEntity")
@Table(name = "claims")
@NullUnmarked
class ClaimEntity {
  @Id UUID nonce;

  @Column(name = "pair_id")
  UUID pairId;

  long generation;
  String host;

  @Enumerated(EnumType.STRING)
  @JdbcTypeCode(SqlTypes.VARCHAR)
  Claim.Kind kind;

  @Enumerated(EnumType.STRING)
  @JdbcTypeCode(SqlTypes.VARCHAR)
  ClaimDecision.Verdict verdict;

  @Column(name = "decided_generation")
  long decidedGeneration;

  String reason;
  Instant at;
}
