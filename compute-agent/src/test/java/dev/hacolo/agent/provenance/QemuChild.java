package dev.hacolo.agent.provenance;

import dev.hacolo.agent.qemu.GuestRam;
import dev.hacolo.agent.qmp.QmpClient;
import dev.hacolo.agent.testing.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A real QEMU whose guest never starts; its RAM is written through the stub for GDB. */
final class QemuChild implements AutoCloseable {
  /** Longest write in one packet of the stub. */
  private static final int PACKET = 1024;

  private final EventLoop loop = new EventLoop();
  private final Process process;
  private final SocketChannel gdb;
  final List<RamRange> ranges;

  /** Starts it with 64 MiB. */
  QemuChild(Path directory, String... options) throws IOException {
    Path qmp = directory.resolve("qmp");
    Path stub = directory.resolve("gdb");
    Files.deleteIfExists(qmp);
    Files.deleteIfExists(stub);
    List<String> command =
        new ArrayList<>(
            List.of(
                "qemu-system-x86_64",
                "-M",
                "q35",
                "-accel",
                "tcg",
                "-m",
                "64M",
                "-S",
                "-display",
                "none",
                "-qmp",
                "unix:%s,server=on,wait=off".formatted(qmp),
                "-chardev",
                "socket,id=g,path=%s,server=on,wait=off".formatted(stub),
                "-gdb",
                "chardev:g"));
    command.addAll(List.of(options));
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> Files.exists(stub));
    gdb = SocketChannel.open(UnixDomainSocketAddress.of(stub));
    order("Qqemu.PhyMemMode:1");
    ranges =
        loop.get(
            () ->
                QmpClient.connect(loop.vertx(), qmp, "vm", Duration.ofSeconds(20))
                    .compose(GuestRam::locate));
  }

  int pid() {
    return (int) process.pid();
  }

  List<Mapping> mappings() throws IOException {
    return Mapping.parse(Files.readString(Path.of("/proc/" + pid() + "/maps")));
  }

  /** Writes at a guest-physical address. */
  void write(int at, byte[] data) {
    for (int done = 0; done < data.length; done += PACKET) {
      byte[] part = Arrays.copyOfRange(data, done, Math.min(data.length, done + PACKET));
      String hex = HexFormat.of().formatHex(part);
      try {
        order("M%x,%x:%s".formatted(at + done, part.length, hex));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** One packet of GDB's remote protocol; the answer has to be OK. */
  private void order(String text) throws IOException {
    int sum = 0;
    for (byte value : text.getBytes(StandardCharsets.US_ASCII)) {
      sum += value;
    }
    String packet = "$%s#%02x".formatted(text, sum & 0xff);
    ByteBuffer out = ByteBuffer.wrap(packet.getBytes(StandardCharsets.US_ASCII));
    while (out.hasRemaining()) {
      gdb.write(out);
    }
    StringBuilder answer = new StringBuilder();
    ByteBuffer in = ByteBuffer.allocate(64);
    while (!answer.toString().matches("(?s).*#..")) {
      if (gdb.read(in.clear()) < 0) {
        throw new IOException("QEMU has ended");
      }
      answer.append(StandardCharsets.US_ASCII.decode(in.flip()));
    }
    gdb.write(ByteBuffer.wrap(new byte[] {'+'}));
    if (!answer.toString().contains("$OK#")) {
      throw new IOException("%s: %s".formatted(text, answer));
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("QEMU cannot be killed");
      }
      gdb.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    loop.close();
  }
}
