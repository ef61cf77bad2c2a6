package dev.hacolo.agent.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CgroupV1ConfinementTest extends VcpuConfinementContract {
  private static final String PARENT = "ha-colo-test-" + ProcessHandle.current().pid();

  CgroupV1ConfinementTest() throws IOException {}

  @BeforeEach
  void twoCpus() throws IOException {
    assumeTrue(Threads.allowed(vm.main()).size() > 1, "one CPU only");
  }

  @AfterAll
  static void removeParent() throws IOException {
    for (String controller : List.of("cpuset", "cpu")) {
      var own = ControlGroup.ownV1(controller);
      if (own.isPresent()) {
        own.get().child(PARENT).remove();
      }
    }
  }

  @Override
  VcpuConfinement again() {
    return new CgroupV1Confinement(PARENT);
  }

  @Override
  int running() throws IOException {
    return cpusOfThreads();
  }

  @Override
  List<ControlGroup> leftovers() throws IOException {
    List<ControlGroup> left = new ArrayList<>();
    for (String controller : List.of("cpuset", "cpu")) {
      var own = ControlGroup.ownV1(controller);
      if (own.isPresent()) {
        left.addAll(own.get().child(PARENT).children());
      }
    }
    return left;
  }

  @Test
  void aQuotaIsOfTheThreadsTogetherAndGoesWithTheRest() throws IOException {
    CpuLimit half = new CpuLimit(2, 1, Threads.allowed(vm.main()), 100, "");
    means.apply(instance, vm.threads(), half);
    ControlGroup group = ControlGroup.ownV1("cpu").orElseThrow().child(PARENT).child(instance);
    assertThat(group.read("cpu.cfs_quota_us")).isEqualTo("10000");
    assertThat(group.read("cpu.cfs_period_us")).isEqualTo("10000");
    assertThat(group.lines("tasks"))
        .containsExactlyInAnyOrderElementsOf(vm.threads().stream().map(String::valueOf).toList());
    assertThat(running()).isEqualTo(2);
    means.apply(instance, vm.threads(), one());
    assertThat(group.read("cpu.cfs_quota_us")).isEqualTo("-1");
    means.apply(instance, vm.threads(), half);
    means.lift(instance, vm.threads());
    assertThat(group.read("cpu.cfs_quota_us")).isEqualTo("-1");
  }
}
