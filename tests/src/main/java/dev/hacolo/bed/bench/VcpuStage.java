package dev.hacolo.bed.bench;

import dev.hacolo.bed.AgentPair;
import dev.hacolo.bed.ProtectedGuest;
import dev.hacolo.bed.TwoNodeBed;
import dev.hacolo.bed.bench.load.LoadResult;
import dev.hacolo.bed.bench.load.Workload;
import dev.hacolo.bed.guest.DirectGuest;
import dev.hacolo.bed.guest.GuestBlueprint;
import dev.hacolo.bed.guest.VcpuUse;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.common.api.PathLoad;
import dev.hacolo.common.api.SessionPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One guest with several vCPUs, or two crossed ones (each node has the primary of one and the
 * secondary of the other), on a fresh bed. Nobody is pinned. To be used in the bed's control
 * namespace.
 */
final class VcpuStage implements AutoCloseable {
  private static final List<String> NODES = List.of("node-a", "node-b");
  private static final int MEMORY_KIB = 256 * 1024;
  private static final String ADDRESS_BESIDE = "10.77.0.20";
  private static final int CONNECTIONS = 8;

  /** Until the agents' JVMs have compiled what every packet needs. */
  private static final Duration WARM_UP = Duration.ofSeconds(30);

  private final TwoNodeBed bed;
  private final GuestBlueprint blueprint;
  private final List<Member> members;
  private @Nullable AgentPair agents;
  private final List<ProtectedGuest> pairs = new ArrayList<>();

  /** A guest, where it runs, and where its secondary does. */
  private record Member(DirectGuest guest, String address, String primary, String secondary) {}

  private VcpuStage(TwoNodeBed bed, GuestBlueprint blueprint, List<Member> members) {
    this.bed = bed;
    this.blueprint = blueprint;
    this.members = List.copyOf(members);
  }

  /** Boots the guests; nothing protects them yet. */
  static VcpuStage boot(TwoNodeBed bed, int vcpus, int guests, long diskBytes) {
    GuestBlueprint blueprint = new GuestBlueprint(MEMORY_KIB, vcpus, diskBytes);
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < guests; i++) {
      String address = "10.77.0." + (10 + i);
      DirectGuest guest = start(bed, blueprint, NODES.get(i), address);
      members.add(new Member(guest, address, NODES.get(i), NODES.get(1 - i)));
    }
    members.forEach(member -> member.guest().awaitUp());
    return new VcpuStage(bed, blueprint, members);
  }

  private static DirectGuest start(
      TwoNodeBed bed, GuestBlueprint blueprint, String node, String address) {
    int threads = Math.max(2, blueprint.vcpus());
    return bed.startGuest(
        node, blueprint.describe(UUID.randomUUID(), bed.emulator(), bed.image(), threads, address));
  }

  /** Protects them with a policy, and lets the agents' compilers settle. */
  void protect(SessionPolicy policy, Workload workload) throws TimeoutException {
    AgentPair started = new AgentPair(bed, members.get(0).guest().description(), policy);
    agents = started;
    for (Member member : members) {
      ProtectedGuest pair =
          pairs.isEmpty() ? started.guest() : started.another(member.guest().description(), policy);
      pairs.add(pair);
      pair.protect(member.primary(), member.secondary(), 1);
    }
    load(workload, CONNECTIONS, WARM_UP);
  }

  /** Lets each secondary run so many vCPUs. */
  void active(int vcpus) {
    for (int i = 0; i < pairs.size(); i++) {
      pairs.get(i).secondaryVcpus(members.get(i).secondary(), vcpus);
    }
  }

  /** How the first primary's outputs fared in the last seconds. */
  Optional<PathLoad> pathLoad() {
    return Optional.ofNullable(pairs.get(0).report(members.get(0).primary()).pathLoad());
  }

  /** Starts a load that runs until it is closed or its time is over. */
  LoadProcess beginLoad(Workload workload, int connections, Duration length) {
    return start(members.get(0), workload, connections, length);
  }

  private LoadProcess start(Member member, Workload workload, int connections, Duration length) {
    return LoadProcess.start(
        bed, member.address(), workload, connections, LoadProcess.WARM_UP, length);
  }

  /** Runs a workload on all guests at once. */
  VcpuRow measure(VcpuRow.Cell cell, Workload workload, Duration length) {
    List<LoadProcess> loads = start(workload, cell.connections(), length);
    try {
      Checkpoints before = checkpoints();
      VcpuUse primary = primaryUse();
      VcpuUse secondary = secondaryUse();
      OtherLoad busy = OtherLoad.now(bed.run().path());
      List<LoadResult> results = measure(loads, length);
      double others = OtherLoad.now(bed.run().path()).percentSince(busy);
      VcpuRow.Figures figures =
          new VcpuRow.Figures(
              results,
              checkpoints().since(before),
              primaryUse().since(primary),
              secondaryUse().since(secondary),
              others);
      return VcpuRow.of(cell, figures, complaints());
    } finally {
      loads.forEach(LoadProcess::close);
    }
  }

  /**
   * Kills the first guest's QEMU and returns when its secondary serves without limits.
   *
   * @return what still limits its vCPU threads, in sentences
   */
  List<String> failOver() {
    Member member = members.get(0);
    ProtectedGuest pair = pairs.get(0);
    member.guest().qemu().killAndWait();
    pair.awaitPhase(member.secondary(), "SOLO");
    return pair.vcpuLimits(member.secondary());
  }

  /** Runs a workload on the first guest after {@link #failOver}, at once. */
  VcpuRow measureSurvivor(
      VcpuRow.Cell cell, Workload workload, Duration length, List<String> more) {
    Member member = members.get(0);
    long pid = secondaryPid(pairs.get(0), member);
    return measureAlone(
        cell, workload, length, more, new Alone(member.address(), pid, Duration.ofMillis(500)));
  }

  /**
   * Boots one more guest where the failed primary was, which nothing protects: what the survivor is
   * compared with has to be measured in the same minute, for the machine's speed drifts.
   */
  DirectGuest bootBeside() {
    DirectGuest guest = start(bed, blueprint, members.get(0).primary(), ADDRESS_BESIDE);
    guest.awaitUp();
    return guest;
  }

  /** Runs a workload on the guest of {@link #bootBeside}. */
  VcpuRow measureBeside(VcpuRow.Cell cell, Workload workload, Duration length, DirectGuest beside) {
    long pid = beside.qemu().process().pid();
    return measureAlone(
        cell, workload, length, List.of(), new Alone(ADDRESS_BESIDE, pid, LoadProcess.WARM_UP));
  }

  /** A guest without another, by its address and its QEMU. */
  private record Alone(String address, long pid, Duration warmUp) {}

  private VcpuRow measureAlone(
      VcpuRow.Cell cell, Workload workload, Duration length, List<String> more, Alone guest) {
    try (LoadProcess load =
        LoadProcess.start(
            bed, guest.address(), workload, cell.connections(), guest.warmUp(), length)) {
      load.awaitWarm();
      VcpuUse before = VcpuUse.of(guest.pid());
      LoadResult result = load.measure(length);
      VcpuUse used = VcpuUse.of(guest.pid()).since(before);
      return VcpuRow.of(
          cell,
          new VcpuRow.Figures(List.of(result), Checkpoints.NONE, used, VcpuUse.NONE, 0),
          more);
    }
  }

  private void load(Workload workload, int connections, Duration length) {
    List<LoadProcess> loads = start(workload, connections, length);
    try {
      measure(loads, length);
    } finally {
      loads.forEach(LoadProcess::close);
    }
  }

  private List<LoadProcess> start(Workload workload, int connections, Duration length) {
    List<LoadProcess> loads = new ArrayList<>();
    try {
      for (Member member : members) {
        loads.add(start(member, workload, connections, length));
      }
      loads.forEach(LoadProcess::awaitWarm);
      return loads;
    } catch (RuntimeException e) {
      loads.forEach(LoadProcess::close);
      throw e;
    }
  }

  private static List<LoadResult> measure(List<LoadProcess> loads, Duration length) {
    List<CompletableFuture<LoadResult>> running =
        loads.stream().map(l -> CompletableFuture.supplyAsync(() -> l.measure(length))).toList();
    return running.stream().map(CompletableFuture::join).toList();
  }

  private VcpuUse primaryUse() {
    return members.stream()
        .map(member -> VcpuUse.of(member.guest().qemu().process().pid()))
        .reduce(VcpuUse.NONE, VcpuUse::plus);
  }

  private VcpuUse secondaryUse() {
    VcpuUse all = VcpuUse.NONE;
    for (int i = 0; i < pairs.size(); i++) {
      all = all.plus(VcpuUse.of(secondaryPid(pairs.get(i), members.get(i))));
    }
    return all;
  }

  private static long secondaryPid(ProtectedGuest pair, Member member) {
    return pair.secondaryProcesses(member.secondary())
        .findFirst()
        .orElseThrow(() -> new BedException("the secondary's QEMU has ended"))
        .pid();
  }

  private Checkpoints checkpoints() {
    AgentPair started = agents;
    if (started == null) {
      return Checkpoints.NONE;
    }
    return members.stream()
        .map(member -> Checkpoints.of(started.metrics(member.primary())))
        .reduce(Checkpoints.NONE, Checkpoints::plus);
  }

  private List<String> complaints() {
    List<String> complaints = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      String phase = pairs.get(i).phase(members.get(i).primary());
      if (!phase.equals("PROTECTED")) {
        complaints.add("guest %d was not protected to the end: %s".formatted(i + 1, phase));
      }
    }
    return complaints;
  }

  @Override
  public void close() throws TimeoutException {
    if (agents != null) {
      agents.close();
    }
  }
}
