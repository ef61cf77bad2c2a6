package dev.hacolo.agent.allocation;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A process with threads as a VM has them, that can be made to burn CPU time or to end. */
final class VcpuProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final List<Long> threads = new ArrayList<>();

  VcpuProcess(int count) {
    try {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx16m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  VcpuProcess.class.getName(),
                  Integer.toString(count))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (int i = 0; i < count; i++) {
      threads.add(0L);
    }
    for (int i = 0; i < count; i++) {
      String[] numbers = answer().split(" ", -1);
      threads.set(Integer.parseInt(numbers[0]), Long.parseLong(numbers[1]));
    }
  }

  long pid() {
    return process.pid();
  }

  long thread(int index) {
    return threads.get(index);
  }

  /** The first threads, as an instance's vCPUs. */
  VcpuThreads vcpus(UUID instance, int count) {
    return new VcpuThreads(instance, pid(), threads.subList(0, count));
  }

  /** All threads use all the time that they get from now on. */
  void burn() {
    say("burn");
  }

  /** A thread ends. */
  void end(int index) {
    say(Integer.toString(index));
    await().until(() -> !ThreadFacts.isThere(pid(), thread(index)));
  }

  /** CPU time of a thread so far, in clock ticks. */
  long ticks(int index) {
    try {
      String stat =
          Files.readString(Path.of("/proc/%d/task/%d/stat".formatted(pid(), thread(index))));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void say(String word) {
    try {
      process.getOutputStream().write((word + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    answer();
  }

  private String answer() {
    try {
      String line = answers.readLine();
      if (line == null) {
        throw new IllegalStateException("the process has ended");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One of the process's threads. */
  private static final class Vcpu extends Thread {
    private final CountDownLatch go = new CountDownLatch(1);
    private final int index;
    private volatile boolean over;

    Vcpu(int index) {
      this.index = index;
    }

    @Override
    public void run() {
      try {
        print("%d %d".formatted(index, ThreadFacts.self()));
        go.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      while (!over) {
        Thread.onSpinWait();
      }
    }

    void end() {
      over = true;
      go.countDown();
    }
  }

  private static void print(String line) {
    synchronized (System.out) {
      System.out.println(line);
      System.out.flush();
    }
  }

  /** The process; ends with its standard input. */
  public static void main(String[] arguments) throws IOException {
    List<Vcpu> vcpus = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
      Vcpu vcpu = new Vcpu(i);
      vcpu.setDaemon(true);
      vcpu.start();
      vcpus.add(vcpu);
    }
    BufferedReader words =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String word = words.readLine(); word != null; word = words.readLine()) {
      if (word.equals("burn")) {
        vcpus.forEach(vcpu -> vcpu.go.countDown());
      } else {
        vcpus.get(Integer.parseInt(word)).end();
      }
      print("done");
    }
  }
}
