package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Packet;
import org.jspecify.annotations.Nullable;

/**
 * What the gate asks about the origin of content: whether an output may leave before the secondary
 * VM has made it. The gate's own conditions come on top: see {@link ReleaseGate}. Confined to the
 * gate's loop; parsed packets are only read, and keys may be changed afterwards.
 */
public interface Origins {
  /** Nothing is known of any content. */
  Origins UNKNOWN =
      new Origins() {
        @Override
        public void input(int nic, Packet parsed) {
          // It makes no difference.
        }

        @Override
        public @Nullable Connection open(FlowKey flow, int client, int guest) {
          return null;
        }

        @Override
        public void epoch() {
          // It makes no difference.
        }
      };

  /** A frame that the guest gets, before the gate looks at it. */
  void input(int nic, Packet parsed);

  /**
   * The guest has accepted a connection.
   *
   * @param client position of the client's first byte
   * @param guest position of the guest's first byte
   * @return null if nothing of it will ever be pre-released
   */
  @Nullable Connection open(FlowKey flow, int client, int guest);

  /** A checkpoint's seal: what comes from now on belongs to the next epoch. */
  void epoch();

  /** One connection. */
  interface Connection {
    /**
     * A segment of the client, in the order in which the guest got them.
     *
     * @param input its number
     * @return what it asks
     */
    InputHint client(Packet parsed, long input);

    /** The newest input that the segments of the guest so far answer, with all before; or -1. */
    long answered();

    /**
     * A segment of the guest with content; also one that is repeated.
     *
     * @return what is known of the origin of its content
     */
    Origin guest(Packet parsed);

    /** The connection is over or forgotten. */
    void close();
  }

  /** What is known of the content of one segment. */
  interface Origin {
    /** Nothing, and nothing is to be learnt of it. */
    Origin NOTHING =
        new Origin() {
          @Override
          public boolean synchronised() {
            return false;
          }

          @Override
          public void confirmed() {
            // There is nothing to learn.
          }
        };

    /** It originates from state that both VMs have. */
    Origin SYNCHRONISED =
        new Origin() {
          @Override
          public boolean synchronised() {
            return true;
          }

          @Override
          public void confirmed() {
            // It is known already.
          }
        };

    /** Whether it originates from state that both VMs have. */
    boolean synchronised();

    /** The secondary VM has sent the same, or has a state that did. */
    void confirmed();
  }
}
