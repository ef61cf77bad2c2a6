package dev.hacolo.service.store;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.NullUnmarked;

/** Row of {@code host_drains}. */
@Entity(name = "DrainEntity")
@Table(name = "host_drains")
@NullUnmarked
class DrainEntity {
  @Id String host;

  String operator;
  Instant since;
}
