package dev.hacolo.agent.guard;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import dev.hacolo.agent.process.Commands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Taps on a bridge, in a network namespace of their own that ends with the thread in it. The test
 * holds the taps' other ends, as QEMU would. Needs root.
 */
final class TapBed implements AutoCloseable {
  private static final int CLONE_NEWNET = 0x40000000;
  private static final int O_RDWR = 2;
  private static final long TUNSETIFF = 0x400454caL;
  private static final short TAP_WITHOUT_HEADER = 0x1002;
  private static final int FRAME = 60;
  private static final String WATCHED = "watched";

  private interface LibC extends Library {
    int unshare(int flags) throws LastErrorException;

    int open(String path, int flags) throws LastErrorException;

    int ioctl(int descriptor, NativeLong request, Pointer argument) throws LastErrorException;

    NativeLong write(int descriptor, byte[] bytes, NativeLong length) throws LastErrorException;

    NativeLong read(int descriptor, byte[] bytes, NativeLong length) throws LastErrorException;

    int close(int descriptor) throws LastErrorException;
  }

  private final LibC libC = Native.load("c", LibC.class);
  private final ExecutorService inside = Executors.newSingleThreadExecutor();
  private final Map<String, Integer> ends = new HashMap<>();
  private int number;

  TapBed(String... taps) {
    in(
        () -> {
          libC.unshare(CLONE_NEWNET);
          ip("link", "add", "bridge0", "type", "bridge", "forward_delay", "0");
          ip("link", "set", "bridge0", "up");
          for (String tap : taps) {
            add(tap);
          }
          add(WATCHED);
          return null;
        });
  }

  private static void ip(String... words) {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(words));
    Commands.check(command, Duration.ofSeconds(5));
  }

  private void add(String tap) {
    int end = libC.open("/dev/net/tun", O_RDWR);
    try (Memory request = new Memory(40)) {
      request.clear();
      byte[] name = tap.getBytes(StandardCharsets.US_ASCII);
      request.write(0, name, 0, name.length);
      request.setShort(16, TAP_WITHOUT_HEADER);
      libC.ioctl(end, new NativeLong(TUNSETIFF), request);
    }
    ends.put(tap, end);
    ip("link", "set", tap, "addrgenmode", "none");
    ip("link", "set", tap, "master", "bridge0", "up");
  }

  /** Does something on the thread in the namespace. */
  <T> T in(Callable<T> action) {
    try {
      return inside.submit(action).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Whether a frame that is written to a tap's other end gets to the bridge. */
  boolean leaves(String tap, String free) {
    return in(
        () -> {
          byte mine = send(tap);
          byte after = send(free);
          boolean seen = false;
          byte[] frame = new byte[2048];
          while (true) {
            libC.read(end(WATCHED), frame, new NativeLong(frame.length));
            boolean ours = frame[12] == 0x08 && frame[13] == 0x06;
            seen |= ours && frame[14] == mine;
            if (ours && frame[14] == after) {
              return seen;
            }
          }
        });
  }

  private byte send(String tap) {
    byte[] frame = frame();
    libC.write(end(tap), frame, new NativeLong(frame.length));
    return frame[14];
  }

  private int end(String tap) {
    return Objects.requireNonNull(ends.get(tap), tap);
  }

  /** A broadcast of type ARP with a number of its own. */
  private byte[] frame() {
    byte[] frame = new byte[FRAME];
    Arrays.fill(frame, 0, 6, (byte) 0xff);
    frame[6] = 0x52;
    frame[12] = 0x08;
    frame[13] = 0x06;
    frame[14] = (byte) ++number;
    return frame;
  }

  /** What tc says of a tap. */
  String filters(String tap) {
    return in(
        () ->
            Commands.run(
                    List.of(
                        "sh",
                        "-c",
                        "tc qdisc show dev %1$s; tc filter show dev %1$s ingress".formatted(tap)),
                    Duration.ofSeconds(5))
                .output());
  }

  @Override
  public void close() {
    in(
        () -> {
          ends.values().forEach(libC::close);
          return null;
        });
    inside.shutdown();
  }
}
