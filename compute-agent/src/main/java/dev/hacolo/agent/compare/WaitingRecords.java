package dev.hacolo.agent.compare;

import static dev.hacolo.agent.compare.Positions.after;

import dev.hacolo.agent.packet.Packet;
import org.jspecify.annotations.Nullable;

/**
 * Records of one connection in the order of the link, and the lowest position among them: a
 * monotone queue inside the queue, so both cost O(1) on average.
 */
final class WaitingRecords {
  private @Nullable Node head;
  private @Nullable Node tail;
  private @Nullable Node lowest;
  private @Nullable Node lowestTail;

  /** What the last record that was taken out has told of answers, if one was. */
  private long answered;

  private boolean known;

  /**
   * Inputs of a connection.
   *
   * @param first number of the oldest
   * @param last number of the newest
   */
  record Answered(long first, long last) {}

  private static final class Node {
    final OutputRecord.Stream output;
    @Nullable Node next;

    /** Those which will be lowest in turn, each above the one before. */
    @Nullable Node nextLowest;

    @Nullable Node previousLowest;

    Node(OutputRecord.Stream output) {
      this.output = output;
    }
  }

  void add(OutputRecord.Stream output) {
    Node node = new Node(output);
    if (tail == null) {
      head = node;
    } else {
      tail.next = node;
    }
    tail = node;
    // The numbers of a RST mean nothing, and a SYN begins a stream.
    if (!output.has(Packet.SYN | Packet.RST)) {
      enter(node);
    }
  }

  private void enter(Node node) {
    Node last = lowestTail;
    while (last != null && !after(node.output.from(), last.output.from())) {
      last = last.previousLowest;
    }
    node.previousLowest = last;
    if (last == null) {
      lowest = node;
    } else {
      last.nextLowest = node;
    }
    lowestTail = node;
  }

  OutputRecord.@Nullable Stream head() {
    return head == null ? null : head.output;
  }

  void removeHead() {
    Node node = head;
    if (node == null) {
      return;
    }
    answered = node.output.answers();
    known = true;
    head = node.next;
    if (head == null) {
      tail = null;
    }
    if (lowest == node) {
      lowest = node.nextLowest;
      if (lowest == null) {
        lowestTail = null;
      } else {
        lowest.previousLowest = null;
      }
    }
  }

  /**
   * Keeps those that were pre-released. Behind one that waits for its verdict nothing of the
   * connection has left.
   *
   * @return how many are gone
   */
  int keepPreReleased() {
    WaitingRecords kept = new WaitingRecords();
    int gone = 0;
    for (Node node = head; node != null; node = node.next) {
      if (gone == 0 && node.output.preReleased()) {
        kept.add(node.output);
      } else {
        gone++;
      }
    }
    head = kept.head;
    tail = kept.tail;
    lowest = kept.lowest;
    lowestTail = kept.lowestTail;
    return gone;
  }

  /**
   * Which inputs the records up to a position answer, all of them wholly.
   *
   * @return null if that is not known, or if not all of these records were pre-released and follow
   *     one another without a gap
   */
  @Nullable Answered preReleasedTo(int end) {
    long first = OutputRecord.Stream.UNKNOWN;
    long before = answered;
    boolean told = known;
    for (Node node = head; node != null && isPlain(node.output); node = node.next) {
      OutputRecord.Stream output = node.output;
      int behind = output.from() + output.length();
      // A piece that is not the last one of its answer tells of the answer before it.
      boolean piece = told && output.answers() == before;
      first = first == OutputRecord.Stream.UNKNOWN && !piece ? output.answers() : first;
      if (behind == end) {
        boolean whole = !piece && first != OutputRecord.Stream.UNKNOWN;
        return whole ? new Answered(first, output.answers()) : null;
      }
      Node following = node.next;
      if (after(behind, end) || following == null || following.output.from() != behind) {
        return null;
      }
      before = output.answers();
      told = true;
    }
    return null;
  }

  private static boolean isPlain(OutputRecord.Stream output) {
    return output.preReleased() && !output.has(Packet.SYN | Packet.FIN | Packet.RST);
  }

  boolean isEmpty() {
    return head == null;
  }

  /** The lower one of a position and of the lowest position that a record needs. */
  int lowest(int position) {
    return lowest == null ? position : Positions.min(position, lowest.output.from());
  }
}
