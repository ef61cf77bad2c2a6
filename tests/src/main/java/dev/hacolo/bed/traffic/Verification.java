package dev.hacolo.bed.traffic;

import dev.hacolo.bed.traffic.AppendOnlyFileScan.Outcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Asks the guest, over new connections, for every acknowledged write: memcached's and Redis' memory
 * key by key, Redis' disk by its append-only file, which the web server reads past the page cache.
 */
final class Verification {
  private static final int KEYS_AT_ONCE = 100;
  private static final int EXAMPLES = 5;
  private static final String APPEND_ONLY = "/data/appendonlydir/";

  private final String guest;
  private final WriteScheme scheme;
  private final int silenceMs;
  private final List<String> examples = new ArrayList<>();
  private long checked;
  private long lost;

  Verification(String guest, WriteScheme scheme, int silenceMs) {
    this.guest = guest;
    this.scheme = scheme;
    this.silenceMs = silenceMs;
  }

  /** Looks for all writes of these connections in the memory of their stores. */
  Outcome memory(List<ConnectionRecord.Snapshot> connections)
      throws IOException, WrongAnswerException {
    for (Protocol protocol : Protocol.values()) {
      if (protocol.writes()) {
        try (Socket socket = connect(protocol)) {
          StoreSession session = Driver.storeSession(protocol, socket);
          for (ConnectionRecord.Snapshot connection : connections) {
            if (connection.protocol() == protocol) {
              check(connection, session);
            }
          }
        }
      }
    }
    return new Outcome(checked, lost, List.copyOf(examples));
  }

  /** Looks for all writes of these connections' Redis connections on the guest's disk. */
  Outcome disk(List<ConnectionRecord.Snapshot> connections)
      throws IOException, WrongAnswerException {
    AppendOnlyFileScan scan = new AppendOnlyFileScan(scheme);
    for (String file : appendOnlyFiles()) {
      try (Socket socket = connect(Protocol.HTTP)) {
        HttpSession session = new HttpSession(socket.getInputStream(), socket.getOutputStream());
        HttpSession.Page page = session.open(APPEND_ONLY + file);
        scan.read(new AnswerReader(new BodyStream(page)));
      }
    }
    return scan.finish(connections.stream().filter(c -> c.protocol() == Protocol.REDIS).toList());
  }

  /** The increments that the manifest of the multi-part file names, in order. */
  private List<String> appendOnlyFiles() throws IOException, WrongAnswerException {
    try (Socket socket = connect(Protocol.HTTP)) {
      HttpSession session = new HttpSession(socket.getInputStream(), socket.getOutputStream());
      String manifest = AnswerReader.text(session.get(APPEND_ONLY + "appendonly.aof.manifest"));
      List<String> files =
          manifest
              .lines()
              .map(line -> line.split(" ", -1))
              .filter(words -> words.length >= 6 && words[5].strip().startsWith("i"))
              .map(words -> Path.of(words[1]).getFileName().toString())
              .toList();
      if (files.isEmpty()) {
        throw new WrongAnswerException("the append-only file's manifest", manifest, "an increment");
      }
      return files;
    }
  }

  private void check(ConnectionRecord.Snapshot connection, StoreSession session)
      throws IOException, WrongAnswerException {
    int used = (int) Math.min(scheme.slots(), connection.acknowledgedWrites());
    List<String> keys = new ArrayList<>();
    List<Integer> slots = new ArrayList<>();
    for (int i = 0; i < used; i++) {
      long number = connection.acknowledgedWrites() - i;
      keys.add(scheme.key(connection.id(), number));
      slots.add((int) (number % scheme.slots()));
      if (keys.size() == KEYS_AT_ONCE || i == used - 1) {
        judge(connection, keys, slots, session.get(keys));
        keys.clear();
        slots.clear();
      }
    }
  }

  private void judge(
      ConnectionRecord.Snapshot connection,
      List<String> keys,
      List<Integer> slots,
      Map<String, byte[]> found) {
    for (int i = 0; i < keys.size(); i++) {
      checked++;
      Finding finding = Finding.of(connection, slots.get(i), scheme, found.get(keys.get(i)));
      if (finding != Finding.PRESENT) {
        lost++;
        if (examples.size() < EXAMPLES) {
          examples.add("%s: %s is %s in memory".formatted(connection.name(), keys.get(i), finding));
        }
      }
    }
  }

  private Socket connect(Protocol protocol) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(silenceMs);
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(guest, protocol.port()), silenceMs);
    return socket;
  }
}
