package dev.hacolo.agent.allocation;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;

class AffinityConfinementTest extends VcpuConfinementContract {
  AffinityConfinementTest() throws IOException {}

  @BeforeEach
  void twoCpus() throws IOException {
    assumeTrue(Threads.allowed(vm.main()).size() > 1, "one CPU only");
  }

  @Override
  VcpuConfinement again() {
    return new AffinityConfinement();
  }

  @Override
  int running() throws IOException {
    return cpusOfThreads();
  }
}
