package dev.hacolo.service.domain;

import dev.hacolo.common.api.PathLoad;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Looks for the smallest number of vCPUs with which a secondary keeps its pair within limits: the
 * share of the outputs that have to wait for it, and the share of the time that checkpoints stop
 * the primary. One for each generation of a pair. Pure; not thread-safe; times are milliseconds of
 * any one clock.
 *
 * <p>Over a limit in two periods in a row: one more, or twice as many where it is far over. Within
 * both for a while: one fewer. A number that has proved too small is not tried again for a time
 * that doubles with each proof, so that it does not swing.
 */
public final class VcpuController {
  static final long PERIOD_MS = 10_000;
  static final long BETWEEN_CHANGES_MS = 30_000;
  static final long CALM_MS = 60_000;
  static final long FIRST_BAN_MS = 5 * 60_000;
  static final long LONGEST_BAN_MS = 4 * 60 * 60_000;

  /** With fewer outputs in a period nothing is concluded. */
  static final long FEWEST_OUTPUTS = 100;

  private static final int FAR_OVER = 2;
  private static final int PERIODS_OVER = 2;

  private final int vcpus;
  private final int maxWaitingPercent;
  private final int maxPausePercent;
  private final Map<Integer, Ban> bans = new HashMap<>();
  private int active;
  private int over;
  private long lastPeriod;
  private long calmSince;
  private long changedAt;
  private boolean calm;

  /** Until when a number is not tried, and how long the last time was. */
  private record Ban(long until, long length) {}

  /**
   * A new number.
   *
   * @param active the number
   * @param why one sentence
   */
  public record Change(int active, String why) {}

  /**
   * Begins with some number.
   *
   * @param vcpus the guest's
   * @param active 1 to {@code vcpus}
   * @param spec the limits
   */
  public VcpuController(int vcpus, int active, FlavorSpec spec, long now) {
    this.vcpus = vcpus;
    this.active = active;
    this.maxWaitingPercent = spec.maxWaitingPercent();
    this.maxPausePercent = spec.maxPausePercent();
    lastPeriod = now;
    changedAt = now;
  }

  /** The number at present. */
  public int active() {
    return active;
  }

  /** The change could not be carried out: the number is what it was. */
  public void refused(int previous) {
    active = previous;
  }

  /** A report has come; more often than once a period they are left out. */
  public Optional<Change> on(PathLoad load, long now) {
    if (now - lastPeriod < PERIOD_MS) {
      return Optional.empty();
    }
    lastPeriod = now;
    if (load.outputs() < FEWEST_OUTPUTS) {
      over = 0;
      calm = false;
      return Optional.empty();
    }
    double excess =
        Math.max(load.waitingPercent() / maxWaitingPercent, load.pausedPercent() / maxPausePercent);
    return excess > 1 ? tooSmall(load, excess, now) : enough(now);
  }

  private Optional<Change> tooSmall(PathLoad load, double excess, long now) {
    calm = false;
    over++;
    if (over < PERIODS_OVER || active == vcpus || tooSoon(now)) {
      return Optional.empty();
    }
    Ban before = bans.get(active);
    long length = before == null ? FIRST_BAN_MS : Math.min(LONGEST_BAN_MS, 2 * before.length());
    bans.put(active, new Ban(now + length, length));
    int more = excess >= FAR_OVER ? 2 * active : active + 1;
    return change(
        Math.min(vcpus, more),
        "%.1f %% of the outputs wait (limit %d %%), the primary is paused %.1f %% of the time"
                .formatted(load.waitingPercent(), maxWaitingPercent, load.pausedPercent())
            + " (limit %d %%)".formatted(maxPausePercent),
        now);
  }

  private Optional<Change> enough(long now) {
    over = 0;
    if (!calm) {
      calm = true;
      calmSince = now;
    }
    Ban ban = bans.get(active - 1);
    boolean banned = ban != null && now - ban.until() < 0;
    if (active == 1 || banned || now - calmSince < CALM_MS || tooSoon(now)) {
      return Optional.empty();
    }
    return change(
        active - 1,
        "within the limits for %d s, so fewer may do".formatted((now - calmSince) / 1000),
        now);
  }

  private boolean tooSoon(long now) {
    return now - changedAt < BETWEEN_CHANGES_MS;
  }

  private Optional<Change> change(int to, String why, long now) {
    active = to;
    changedAt = now;
    over = 0;
    calm = false;
    return Optional.of(new Change(to, why));
  }
}
