package dev.hacolo.agent.provenance;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process with memory that it changes when told to: stands in for QEMU. Its own main class is
 * what runs in it.
 */
final class MemoryChild implements AutoCloseable {
  static final int BYTES = 64 * RamRange.PAGE;

  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter orders;
  final long address;

  /** Starts it; with a file, the memory is that file, mapped shared. */
  MemoryChild(Path... file) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                java,
                "-Xint",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                MemoryChild.class.getName()));
    for (Path path : file) {
      command.add(path.toString());
    }
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    answers = process.inputReader(StandardCharsets.UTF_8);
    orders = process.outputWriter(StandardCharsets.UTF_8);
    address = Long.parseLong(answers.readLine());
  }

  int pid() {
    return (int) process.pid();
  }

  List<RamRange> ranges() {
    return List.of(new RamRange(address, BYTES));
  }

  List<Mapping> mappings() throws IOException {
    return Mapping.parse(Files.readString(Path.of("/proc/" + pid() + "/maps")));
  }

  void write(int at, byte[] data) {
    try {
      orders.write(at + " " + HexFormat.of().formatHex(data) + "\n");
      orders.flush();
      if (!"done".equals(answers.readLine())) {
        throw new IllegalStateException("the child has ended");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills it; returns when it has ended. */
  void kill() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("cannot be killed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
  }

  /** The process itself. */
  public static void main(String[] args) throws IOException {
    ByteBuffer memory = args.length == 0 ? anonymous() : mapped(Path.of(args[0]));
    System.out.println(Pointer.nativeValue(Native.getDirectBufferPointer(memory)));
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = orders.readLine(); line != null; line = orders.readLine()) {
      int space = line.indexOf(' ');
      byte[] bytes = HexFormat.of().parseHex(line.substring(space + 1));
      memory.put(Integer.parseInt(line.substring(0, space)), bytes);
      System.out.println("done");
    }
  }

  private static ByteBuffer anonymous() {
    return ByteBuffer.allocateDirect(BYTES + RamRange.PAGE).alignedSlice(RamRange.PAGE);
  }

  private static ByteBuffer mapped(Path path) throws IOException {
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return file.map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
    }
  }
}
