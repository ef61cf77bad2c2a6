package dev.hacolo.agent.allocation;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/** Skipped where cgroup v2 has no controllers, as on a machine that uses v1. */
class CgroupV2ConfinementTest extends VcpuConfinementContract {
  private static final String PARENT = "ha-colo-test-" + ProcessHandle.current().pid();

  CgroupV2ConfinementTest() throws IOException {}

  @AfterAll
  static void removeParent() throws IOException {
    var root = ControlGroup.rootV2();
    if (root.isPresent()) {
      root.get().child(PARENT).remove();
    }
  }

  @Override
  VcpuConfinement again() {
    return new CgroupV2Confinement(PARENT);
  }

  @Override
  int running() throws IOException {
    return cpusOfThreads();
  }

  @Override
  List<ControlGroup> leftovers() throws IOException {
    var root = ControlGroup.rootV2();
    return root.isEmpty() ? List.of() : root.get().child(PARENT).children();
  }
}
