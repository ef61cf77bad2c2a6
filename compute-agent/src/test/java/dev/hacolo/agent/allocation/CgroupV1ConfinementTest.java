package dev.hacolo.agent.allocation;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

final class CgroupV1ConfinementTest extends QuotaContract {
  @Override
  VcpuConfinement make(String agent) {
    return new CgroupV1Confinement(agent);
  }

  @Override
  int quota(long pid, long thread) {
    Path group =
        CgroupMount.v1("cpu")
            .orElseThrow()
            .directoryOf(ThreadFacts.group(pid, thread, "cpu").orElseThrow());
    long quota = Long.parseLong(ControlFile.read(group.resolve("cpu.cfs_quota_us")));
    long period = Long.parseLong(ControlFile.read(group.resolve("cpu.cfs_period_us")));
    return quota < 0 ? 0 : (int) (quota * 100 / period);
  }

  @Override
  List<Path> mounts() {
    return Stream.of("cpu", "cpuset")
        .flatMap(controller -> CgroupMount.v1(controller).stream())
        .map(CgroupMount::directory)
        .toList();
  }
}
