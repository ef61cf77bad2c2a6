package dev.hacolo.bed.bench;

import dev.hacolo.bed.AgentPair;
import dev.hacolo.bed.TwoNodeBed;
import dev.hacolo.bed.bench.load.LoadResult;
import dev.hacolo.bed.bench.load.Workload;
import dev.hacolo.bed.guest.DirectGuest;
import dev.hacolo.bed.guest.GuestBlueprint;
import dev.hacolo.common.api.GuestDescription;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A guest that has just booted on node-a of a fresh bed, protected by an engine unless that is
 * {@code native}. To be used in the bed's control namespace.
 */
final class BenchStage implements AutoCloseable {
  private static final Duration WARM_UP = Duration.ofSeconds(40);
  private static final int WARM_UP_CONNECTIONS = 8;
  private static final String PRIMARY = "node-a";
  private static final String SECONDARY = "node-b";

  /** As in most installations more than one: it is this that makes the two copies diverge. */
  private static final int MEMCACHED_THREADS = 2;

  private final TwoNodeBed bed;
  private final @Nullable AgentPair pair;

  private BenchStage(TwoNodeBed bed, @Nullable AgentPair pair) {
    this.bed = bed;
    this.pair = pair;
  }

  /** What the guest is, for a person. */
  static String guest() {
    GuestBlueprint guest = GuestBlueprint.DEFAULT;
    return "%d MiB, %d vCPU(s), virtio; memcached with %d threads"
        .formatted(guest.memoryKib() / 1024, guest.vcpus(), MEMCACHED_THREADS);
  }

  /** Boots the guest and protects it. */
  static BenchStage set(TwoNodeBed bed, Engine engine, Placement placement, long diskBytes)
      throws TimeoutException {
    placement.placeEverything();
    DirectGuest guest = bed.startGuest(PRIMARY, describe(bed, diskBytes));
    placement.placePrimary(guest.qemu().process().pid());
    guest.awaitUp();
    placement.placePrimary(guest.qemu().process().pid());
    return new BenchStage(
        bed, engine.isReplicated() ? protect(bed, guest, engine, placement) : null);
  }

  private static GuestDescription describe(TwoNodeBed bed, long diskBytes) {
    GuestBlueprint usual = GuestBlueprint.DEFAULT;
    GuestDescription plain =
        new GuestBlueprint(usual.memoryKib(), usual.vcpus(), diskBytes)
            .describe(UUID.randomUUID(), bed.emulator(), bed.image());
    GuestDescription.Boot boot = Objects.requireNonNull(plain.boot());
    String parameters = boot.append() + " ha.memcached_threads=" + MEMCACHED_THREADS;
    return new GuestDescription(
        plain.uuid(),
        plain.name(),
        plain.machine(),
        plain.accelerator(),
        plain.cpu(),
        plain.vcpus(),
        plain.memoryKib(),
        new GuestDescription.Boot(boot.kernel(), boot.initrd(), parameters),
        plain.nics(),
        plain.disks());
  }

  private static AgentPair protect(
      TwoNodeBed bed, DirectGuest guest, Engine engine, Placement placement)
      throws TimeoutException {
    AgentPair pair = new AgentPair(bed, guest.description(), engine.policy());
    placement.placePrimaryAgent(pair.process(PRIMARY).process().pid());
    pair.protect(PRIMARY, SECONDARY, 1);
    return pair;
  }

  /**
   * Lets traffic run until the agents' JVMs have compiled what every packet needs. They share a
   * core with a guest, so that takes its time; in production it is over long before anybody looks.
   */
  void warmUp(Workload workload) {
    if (pair != null) {
      try (LoadProcess load = LoadProcess.start(bed, workload, WARM_UP_CONNECTIONS, WARM_UP)) {
        load.awaitWarm();
        load.measure(WARM_UP);
      }
    }
  }

  /** Runs a workload. */
  Row measure(Row.Cell cell, Workload workload, Duration length) {
    try (LoadProcess load = LoadProcess.start(bed, workload, cell.connections(), length)) {
      load.awaitWarm();
      Checkpoints before = checkpoints();
      Path run = bed.run().path();
      OtherLoad busy = OtherLoad.now(run);
      LoadResult result = load.measure(length);
      double others = OtherLoad.now(run).percentSince(busy);
      Checkpoints within = checkpoints().since(before);
      return Row.of(cell, result, within, others, complaints());
    }
  }

  @Override
  public void close() throws TimeoutException {
    if (pair != null) {
      pair.close();
    }
  }

  private Checkpoints checkpoints() {
    return pair == null ? Checkpoints.NONE : Checkpoints.of(pair.metrics(PRIMARY));
  }

  /** An engine that has given up protection is not measured any more. */
  private List<String> complaints() {
    String phase = pair == null ? "PROTECTED" : pair.phase(PRIMARY);
    return phase.equals("PROTECTED")
        ? List.of()
        : List.of("the guest was not protected to the end: the session is " + phase);
  }
}
