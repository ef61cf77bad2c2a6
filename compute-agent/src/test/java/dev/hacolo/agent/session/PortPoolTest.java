package dev.hacolo.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.testing.EventLoop;
import dev.hacolo.agent.testing.Guests;
import dev.hacolo.common.api.SecondaryEndpoints;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PortPoolTest {
  private static final int FIRST = 28_400;
  private static final UUID ONE = new UUID(0, 1);
  private static final UUID TWO = new UUID(0, 2);

  private final EventLoop loop = new EventLoop();

  @AfterEach
  void stop() {
    loop.close();
  }

  private PortPool pool(int last) {
    return new PortPool(loop.vertx(), "127.0.0.1", FIRST, last);
  }

  private List<Integer> take(PortPool pool, UUID pair) {
    SecondaryEndpoints taken = loop.get(() -> pool.take(pair, Guests.large(ONE), false));
    assertThat(taken.nics())
        .extracting(SecondaryEndpoints.NicPorts::nic)
        .containsExactly("net0", "net1");
    List<Integer> ports = new ArrayList<>(List.of(taken.migrationPort(), taken.nbdPort()));
    taken.nics().forEach(n -> ports.addAll(List.of(n.inputPort(), n.outputPort())));
    return ports;
  }

  @Test
  void everyStreamHasAPortOfItsOwn() {
    PortPool pool = pool(FIRST + 99);
    List<Integer> all = new ArrayList<>(take(pool, ONE));
    all.addAll(take(pool, TWO));
    assertThat(all)
        .hasSize(12)
        .doesNotHaveDuplicates()
        .allMatch(p -> p >= FIRST && p < FIRST + 100);
  }

  @Test
  void aPortThatSomebodyElseUsesIsLeftOut() throws IOException {
    try (ServerSocket busy = new ServerSocket(FIRST + 1, 1, InetAddress.getLoopbackAddress())) {
      assertThat(take(pool(FIRST + 99), ONE)).doesNotContain(busy.getLocalPort());
    }
  }

  @Test
  void portsComeBackWhenTheyAreReleasedOrTakenAnew() {
    PortPool pool = pool(FIRST + 7);
    take(pool, ONE);
    take(pool, ONE);
    assertThat(loop.failure(() -> pool.take(TWO, Guests.large(ONE), false)))
        .hasMessage(
            "every port from %d to %d on 127.0.0.1 is in use: end what uses them or widen session.ports"
                .formatted(FIRST, FIRST + 7));
    pool.release(TWO);
    pool.release(ONE);
    assertThat(take(pool, TWO)).hasSize(6);
  }
}
