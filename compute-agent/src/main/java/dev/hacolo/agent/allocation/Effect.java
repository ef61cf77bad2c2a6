package dev.hacolo.agent.allocation;

import dev.hacolo.agent.domain.StepException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads back whether a limit is in force, or none. */
final class Effect {
  private static final Logger LOG = LoggerFactory.getLogger(Effect.class);

  private Effect() {}

  /** Fails unless the limit is in force for every thread. */
  static void check(VcpuConfinement confinement, VcpuThreads threads, Limit wanted) {
    Map<Long, Limit> found = confinement.inForce(threads);
    SortedSet<Integer> whole = ThreadFacts.cpus(threads.process());
    Limit expected =
        new Limit(narrower(wanted.cpus(), whole), wanted.quotaPercent(), wanted.tokens());
    for (long thread : threads.vcpus()) {
      Limit limit = found.get(thread);
      if (limit == null) {
        throw ended(thread);
      }
      if (!limit.equals(expected)) {
        throw new StepException(
            "vCPU thread %d shall use %s, but by %s it may use %s"
                .formatted(thread, expected, confinement.level(), limit));
      }
    }
  }

  /** Fails if a thread is still limited. */
  static void checkLifted(VcpuConfinement confinement, VcpuThreads threads) {
    confinement
        .inForce(threads)
        .forEach(
            (thread, limit) -> {
              if (!limit.isNone()) {
                throw new StepException(
                    "vCPU thread %d may by %s still use no more than %s"
                        .formatted(thread, confinement.level(), limit));
              }
            });
  }

  /** The CPUs as a limit: none in particular if they are all of the process. */
  static SortedSet<Integer> narrower(SortedSet<Integer> cpus, SortedSet<Integer> whole) {
    return cpus.containsAll(whole) ? Collections.emptySortedSet() : new TreeSet<>(cpus);
  }

  static StepException ended(long thread) {
    return new StepException("vCPU thread %d has ended".formatted(thread));
  }

  /** Confines the calling thread for a moment; what went wrong, if anything did. */
  static Optional<String> trial(VcpuConfinement confinement, boolean quota) {
    UUID name = UUID.randomUUID();
    long process = ProcessHandle.current().pid();
    VcpuThreads self = new VcpuThreads(name, process, List.of(ThreadFacts.self()));
    try {
      SortedSet<Integer> one = new TreeSet<>();
      one.add(ThreadFacts.cpus(process).last());
      confinement.apply(self, Limit.toCpus(one));
      if (quota) {
        confinement.apply(self, Limit.toQuota(50));
      }
      confinement.lift(self);
      confinement.clean(name);
      return Optional.empty();
    } catch (StepException e) {
      undo(confinement, self);
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static void undo(VcpuConfinement confinement, VcpuThreads self) {
    try {
      confinement.lift(self);
    } catch (StepException e) {
      LOG.warn("{}", e.getMessage());
    }
    try {
      confinement.clean(self.instance());
    } catch (StepException e) {
      LOG.warn("{}", e.getMessage());
    }
  }
}
