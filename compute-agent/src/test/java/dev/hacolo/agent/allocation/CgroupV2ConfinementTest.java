package dev.hacolo.agent.allocation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

final class CgroupV2ConfinementTest extends QuotaContract {
  @Override
  VcpuConfinement make(String agent) {
    return new CgroupV2Confinement(agent);
  }

  @Override
  int quota(long pid, long thread) {
    Path max =
        CgroupMount.v2()
            .orElseThrow()
            .directoryOf(ThreadFacts.group(pid, thread, "").orElseThrow())
            .resolve("cpu.max");
    String[] words = (Files.exists(max) ? ControlFile.read(max) : "max 100000").split(" ", -1);
    return words[0].equals("max")
        ? 0
        : (int) (Long.parseLong(words[0]) * 100 / Long.parseLong(words[1]));
  }

  @Override
  List<Path> mounts() {
    return CgroupMount.v2().map(mount -> List.of(mount.directory())).orElse(List.of());
  }
}
