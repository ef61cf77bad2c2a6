package dev.hacolo.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.service.bed.EndToEnd;
import dev.hacolo.service.bed.FakeAgent;
import dev.hacolo.service.bed.ServiceBed;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Many pairs that want a host at once. */
class SyncLimitTest extends EndToEnd {
  private long count(String field, String start) throws Exception {
    return bed.pairs().stream().filter(p -> p.path(field).asText().startsWith(start)).count();
  }

  private List<UUID> servers(FakeAgent on, String host, int number) throws Exception {
    List<UUID> instances = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      UUID instance = UUID.randomUUID();
      instances.add(instance);
      bed.server(instance, on, host, SPECS);
      bed.notify(ServiceBed.notification("instance.create.end", instance, host + "-" + i, host));
    }
    return instances;
  }

  @Test
  void aPrimarysHostTakesPartInNoMoreThanItMayAndTheOthersSaySo() throws Exception {
    FakeAgent a = bed.agent("node-a");
    a.hold(SessionPhase.MIRRORING);
    List<UUID> instances = servers(a, "node-a", 6);
    await().until(() -> count("reason", "no second host") == 6);
    // All of them are woken at once, on as many threads as there are.
    bed.agent("node-b");
    await().until(() -> count("state", "SYNCING") == ServiceBed.SYNCS_PER_HOST);
    await().until(() -> count("reason", "node-a takes part in 2 synchronisation(s) already") == 4);
    assertThat(count("state", "REQUESTED")).isEqualTo(4);
    assertThat(count("state", "SYNCING")).isEqualTo(ServiceBed.SYNCS_PER_HOST);
    a.release();
    for (UUID instance : instances) {
      bed.awaitState(instance, "PROTECTED");
    }
  }

  @Test
  void bothRolesOfAHostCount() throws Exception {
    FakeAgent a = bed.agent("node-a");
    FakeAgent c = bed.agent("node-c");
    // Each is the other's only candidate.
    a.hold(SessionPhase.MIRRORING);
    c.hold(SessionPhase.MIRRORING);
    await().until(() -> bed.get("/v1/hosts").path("hosts").size() == 2);
    List<UUID> instances = servers(a, "node-a", 2);
    instances.addAll(servers(c, "node-c", 2));
    await().until(() -> count("state", "SYNCING") == ServiceBed.SYNCS_PER_HOST);
    await().until(() -> count("reason", "node-") == 2);
    assertThat(count("state", "REQUESTED")).isEqualTo(2);
    bed.restartService();
    await().until(() -> count("reason", "node-") == 2);
    assertThat(count("state", "SYNCING")).isEqualTo(ServiceBed.SYNCS_PER_HOST);
    a.release();
    c.release();
    for (UUID instance : instances) {
      bed.awaitState(instance, "PROTECTED");
    }
  }
}
