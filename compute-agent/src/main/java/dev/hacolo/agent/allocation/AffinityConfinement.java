package dev.hacolo.agent.allocation;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.common.api.VcpuAllocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * CPU affinity, which any user may set for own processes. A thread whose limit is lifted has the
 * affinity of its process's main thread. The kernel does not say who bound a thread, so there is a
 * file for each instance: {@code PROCESS START THREAD...}, written before anything is bound.
 * Thread-safe.
 */
public final class AffinityConfinement implements VcpuConfinement {
  private final Path directory;

  /**
   * Touches nothing yet.
   *
   * @param directory for the files; no other agent's. Made if need be
   */
  public AffinityConfinement(Path directory) {
    this.directory = directory;
  }

  @Override
  public VcpuAllocation.Level level() {
    return VcpuAllocation.Level.AFFINITY;
  }

  @Override
  public Optional<String> unusable() {
    return Effect.trial(this, false);
  }

  @Override
  public CorePlan plan(CorePlan.Room room, int vcpus, int active) {
    return CorePlan.withoutQuota(room, vcpus, active);
  }

  @Override
  public void apply(VcpuThreads threads, Limit limit) {
    if (limit.cpus().isEmpty() || limit.quotaPercent() > 0) {
      throw new IllegalArgumentException("affinity knows CPUs only: " + limit);
    }
    note(threads);
    for (long thread : threads.vcpus()) {
      if (!ThreadFacts.isThere(threads.process(), thread)) {
        throw Effect.ended(thread);
      }
      AffinityCalls.set(thread, limit.cpus());
    }
    Effect.check(this, threads, limit);
  }

  @Override
  public Map<Long, Limit> inForce(VcpuThreads threads) {
    Map<Long, Limit> found = new HashMap<>();
    ThreadFacts.confinedTo(threads)
        .forEach((thread, cpus) -> found.put(thread, Limit.toCpus(cpus)));
    return found;
  }

  @Override
  public void lift(VcpuThreads threads) {
    Optional<SortedSet<Integer>> whole = ThreadFacts.cpus(threads.process(), threads.process());
    if (whole.isEmpty()) {
      return;
    }
    for (long thread : threads.vcpus()) {
      Optional<SortedSet<Integer>> now = ThreadFacts.cpus(threads.process(), thread);
      if (now.isPresent() && !now.get().containsAll(whole.get())) {
        release(threads.process(), thread, whole.get());
      }
    }
    Effect.checkLifted(this, threads);
  }

  private static void release(long process, long thread, SortedSet<Integer> whole) {
    try {
      AffinityCalls.set(thread, whole);
    } catch (StepException e) {
      if (ThreadFacts.isThere(process, thread)) {
        throw e;
      }
    }
  }

  @Override
  public void clean(UUID instance) {
    free(directory.resolve(instance.toString()));
  }

  @Override
  public void sweep() {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      files.toList().forEach(this::free);
    } catch (IOException e) {
      throw new StepException(ControlFile.sentence(directory, "listing it", e));
    }
  }

  private void note(VcpuThreads threads) {
    String list = String.join(" ", threads.vcpus().stream().map(String::valueOf).toList());
    long start = ThreadFacts.started(threads.process()).orElse(-1L);
    Path file = directory.resolve(threads.instance().toString());
    try {
      Files.createDirectories(directory);
      Files.writeString(file, "%d %d %s".formatted(threads.process(), start, list));
    } catch (IOException e) {
      throw new StepException(ControlFile.sentence(file, "writing it", e));
    }
  }

  private void free(Path file) {
    if (!Files.exists(file)) {
      return;
    }
    List<Long> numbers = numbers(ControlFile.read(file));
    if (numbers.size() > 2
        && ThreadFacts.started(numbers.get(0)).equals(Optional.of(numbers.get(1)))) {
      UUID instance = UUID.fromString(file.getFileName().toString());
      lift(new VcpuThreads(instance, numbers.get(0), numbers.subList(2, numbers.size())));
    }
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new StepException(ControlFile.sentence(file, "removing it", e));
    }
  }

  /** None from a file that a crash cut short: then nothing was bound yet. */
  private static List<Long> numbers(String text) {
    try {
      return Arrays.stream(text.split(" ", -1)).map(Long::parseLong).toList();
    } catch (NumberFormatException e) {
      return List.of();
    }
  }
}
