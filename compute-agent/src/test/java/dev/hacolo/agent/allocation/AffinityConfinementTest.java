package dev.hacolo.agent.allocation;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;

final class AffinityConfinementTest extends VcpuConfinementContract {
  @TempDir Path directory = Path.of("");

  @Override
  VcpuConfinement make(String agent) {
    return new AffinityConfinement(directory.resolve(agent));
  }

  @Override
  List<Limit> limits() {
    return List.of(cpu(0), cpu(1));
  }

  @Override
  Limit observed(long pid, long thread) {
    Set<Integer> cpus = ThreadFacts.cpus(pid, thread).orElseThrow();
    boolean all = cpus.equals(ThreadFacts.cpus(SELF));
    return Limit.toCpus(all ? new TreeSet<>() : new TreeSet<>(cpus));
  }

  @Override
  List<String> remains(String agent) {
    String[] files = new File(directory.toFile(), agent).list();
    return files == null ? List.of() : List.of(files);
  }
}
