package dev.hacolo.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Short form of {@link ProxyLoad}: what it checks, and no more than a hint at its figures. */
class ProxyLoadTest {
  private static final int FLOWS = 64;

  @TempDir Path directory;
  private PathPair pair;

  @BeforeEach
  void connect() throws Exception {
    pair = new PathPair(directory, ProxyLoad.POLICY, 1);
    pair.connect();
    pair.firstCheckpoint();
  }

  @AfterEach
  void close() throws IOException {
    pair.close();
    assertThat(pair.home.faults()).isEmpty();
    assertThat(pair.due).isEmpty();
    assertThat(pair.lostOfPrimary).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {SteadyLoad.FULL, 1000})
  void whatBothSendLeavesInOrder(int cut) throws IOException {
    SteadyLoad load = new SteadyLoad(pair, FLOWS, cut);
    load.run(20_000, 16);
    long begin = System.nanoTime();
    load.run(60_000, 16);
    double seconds = (System.nanoTime() - begin) / 1e9;
    assertThat(load.arrived()).isEqualTo(20_000 / FLOWS * FLOWS + 60_000 / FLOWS * FLOWS);
    assertThat(load.arrived() / seconds).isGreaterThan(10_000);
    assertCompared(load.arrived());
  }

  /** How long they take depends on what else runs on the machine: {@link ProxyLoad} measures it. */
  @Test
  void everyPacedFrameIsTimed() throws IOException {
    SteadyLoad load = new SteadyLoad(pair, FLOWS, SteadyLoad.FULL);
    long[] latencies = load.paced(10_000, 100_000);
    Arrays.sort(latencies);
    assertThat(latencies).hasSize(10_000);
    assertThat(latencies[0]).isGreaterThan(1_000);
    assertCompared(10_000);
  }

  @Test
  void manyConnectionsWorkAtOnce() throws IOException {
    ManyConnections connections = new ManyConnections(pair, 5_000);
    connections.open();
    connections.again();
    assertCompared(15_000);
  }

  /** Each of them by comparison, not by a checkpoint. */
  private void assertCompared(long frames) {
    pair.home.run(pair.primary::close);
    org.awaitility.Awaitility.await().until(() -> pair.last != null && pair.last.equal() == frames);
    assertThat(Objects.requireNonNull(pair.last).different()).isZero();
    assertThat(pair.last.compared()).isEqualTo(frames);
    assertThat(pair.last.droppedFrames() + pair.last.droppedBytes()).isZero();
    assertThat(pair.last.heldFrames()).isZero();
  }
}
