package dev.hacolo.bed.oracle.judge;

import dev.hacolo.bed.oracle.judge.Violation.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Watches the frames between clients and one server: whatever it sends twice at one position of a
 * TCP stream has to be the same. Headers are read as in RFC 791 and RFC 9293; checksums are not
 * looked at, since frames between virtual interfaces do not have them yet. Not thread-safe.
 */
public final class StreamWatch {
  private static final int MOST_FLOWS = 256;
  private static final int ETHERNET = 14;
  private static final int IPV4 = 0x0800;
  private static final int TCP = 6;
  private static final int SMALLEST = 20;
  private static final int FIN = 1;
  private static final int SYN = 2;

  private final int server;
  private final Map<Integer, Flow> flows =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Flow> eldest) {
          return size() > MOST_FLOWS;
        }
      };
  private long segments;

  /** A connection of one pair of ports. */
  private static final class Flow {
    int clientFirst;
    boolean opened;
    @Nullable StreamBytes stream;
  }

  /**
   * Watches a server.
   *
   * @param server its IPv4 address
   */
  public StreamWatch(int server) {
    this.server = server;
  }

  /** Segments with content that have been compared or noted. */
  public long segments() {
    return segments;
  }

  /**
   * Takes a frame of either direction; everything that is no TCP with the server is ignored.
   *
   * @param frame from the Ethernet header on
   * @param length how much of the array it is
   */
  public Optional<Violation> take(byte[] frame, int length) {
    if (length < ETHERNET + 2 * SMALLEST || number16(frame, 12) != IPV4) {
      return Optional.empty();
    }
    int ipHeader = (frame[ETHERNET] & 15) * 4;
    int tcp = ETHERNET + ipHeader;
    int end = Math.min(length, ETHERNET + number16(frame, ETHERNET + 2));
    if (frame[ETHERNET + 9] != TCP || ipHeader < SMALLEST || tcp + SMALLEST > end) {
      return Optional.empty();
    }
    if (number32(frame, ETHERNET + 12) == server) {
      return fromServer(frame, tcp, end);
    }
    if (number32(frame, ETHERNET + 16) == server) {
      fromClient(frame, tcp);
    }
    return Optional.empty();
  }

  private void fromClient(byte[] frame, int tcp) {
    if ((frame[tcp + 13] & SYN) == 0) {
      return;
    }
    int key = (number16(frame, tcp) << 16) | number16(frame, tcp + 2);
    int sequence = number32(frame, tcp + 4);
    Flow flow = flows.get(key);
    if (flow == null || !flow.opened || flow.clientFirst != sequence) {
      flow = new Flow();
      flow.opened = true;
      flow.clientFirst = sequence;
      flows.put(key, flow);
    }
  }

  private Optional<Violation> fromServer(byte[] frame, int tcp, int end) {
    int key = (number16(frame, tcp + 2) << 16) | number16(frame, tcp);
    int sequence = number32(frame, tcp + 4);
    int flags = frame[tcp + 13];
    int data = tcp + ((frame[tcp + 12] >> 4) & 15) * 4;
    Flow flow = flows.computeIfAbsent(key, k -> new Flow());
    Optional<String> conflict;
    if ((flags & SYN) != 0) {
      conflict = opened(flow, sequence + 1);
    } else {
      conflict = content(flow, sequence, frame, data, Math.max(0, end - data), flags);
    }
    return conflict.map(
        text ->
            new Violation(
                Kind.STREAM_CONFLICT,
                "port %d to client's port %d: %s".formatted(key & 0xffff, key >>> 16, text)));
  }

  private static Optional<String> opened(Flow flow, int first) {
    StreamBytes stream = flow.stream;
    if (stream == null) {
      flow.stream = new StreamBytes(first);
    } else if (flow.opened && stream.first() != first) {
      return Optional.of(
          "two initial sequence numbers, %d apart".formatted(first - stream.first()));
    }
    return Optional.empty();
  }

  private Optional<String> content(
      Flow flow, int sequence, byte[] frame, int data, int length, int flags) {
    if (length == 0 && (flags & FIN) == 0) {
      return Optional.empty();
    }
    segments++;
    StreamBytes stream = flow.stream;
    if (stream == null) {
      stream = new StreamBytes(sequence); // It was opened before anybody watched.
      flow.stream = stream;
    }
    Optional<String> conflict = stream.take(sequence, frame, data, length, (flags & FIN) != 0);
    if (conflict.isPresent()) {
      flow.stream = new StreamBytes(sequence); // One complaint is enough of one stretch.
    }
    return conflict;
  }

  private static int number16(byte[] bytes, int at) {
    return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
  }

  private static int number32(byte[] bytes, int at) {
    return (number16(bytes, at) << 16) | number16(bytes, at + 2);
  }
}
