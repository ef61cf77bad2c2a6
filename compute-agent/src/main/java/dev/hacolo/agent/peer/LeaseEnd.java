package dev.hacolo.agent.peer;

import dev.hacolo.agent.lease.LeaseGrant;
import dev.hacolo.agent.lease.OutputLease;
import java.util.function.LongConsumer;

/**
 * What a link does for the output lease, by the side that it is on. Confined to the link's loop.
 */
sealed interface LeaseEnd {
  /** The peer's heartbeat came. */
  void received(PeerFrame.Heartbeat heartbeat, long now);

  /** What a heartbeat of this side repeats. */
  long echo();

  /** Whether this side's VM may send. */
  boolean open(long now);

  /** From now on the lease of the other side is not renewed. */
  default void withdraw() {}

  /** How long a lease that this side has renewed may last yet; 0 or less for none. */
  default long remainingNanos(long now) {
    return 0;
  }

  /** The primary's end. */
  final class Holding implements LeaseEnd {
    private final OutputLease lease;
    private LongConsumer keeper = until -> {};
    private long newest;

    Holding(OutputLease lease) {
      this.lease = lease;
    }

    /** From now on {@code value} is told when the lease ends, now and whenever that changes. */
    void keeper(LongConsumer value) {
      keeper = value;
      value.accept(lease.until());
    }

    @Override
    public void received(PeerFrame.Heartbeat heartbeat, long now) {
      newest = Math.max(newest, heartbeat.sentAt());
      if (lease.answered(heartbeat.echo(), heartbeat.open(), now)) {
        keeper.accept(lease.until());
      }
    }

    @Override
    public long echo() {
      return newest;
    }

    @Override
    public boolean open(long now) {
      return lease.holds(now);
    }
  }

  /** The secondary's end: its VM sends nothing as long as there is a link. */
  record Granting(LeaseGrant grant) implements LeaseEnd {
    @Override
    public void received(PeerFrame.Heartbeat heartbeat, long now) {
      grant.received(heartbeat.sentAt(), now);
    }

    @Override
    public long echo() {
      return grant.echo();
    }

    @Override
    public boolean open(long now) {
      return false;
    }

    @Override
    public void withdraw() {
      grant.withdraw();
    }

    @Override
    public long remainingNanos(long now) {
      return grant.remainingNanos(now);
    }
  }
}
