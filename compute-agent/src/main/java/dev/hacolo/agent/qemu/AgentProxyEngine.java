package dev.hacolo.agent.qemu;

import dev.hacolo.agent.checkpoint.CheckpointObserver;
import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.qemu.PacketPath.Stream;
import dev.hacolo.common.api.GuestDescription.Nic;
import dev.hacolo.common.api.SecondaryEndpoints;
import dev.hacolo.common.api.SessionPolicy;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine {@code proxy: ha-colo}: QEMU's filters only carry frames between the VM and the
 * agent's proxies, which are behind {@link PacketPath}. See docs/adr/0004-packet-proxy.md.
 */
public final class AgentProxyEngine implements ProxyEngine {
  private static final Logger LOG = LoggerFactory.getLogger(AgentProxyEngine.class);
  private static final Duration CHECKPOINT_DEADLINE = Duration.ofSeconds(60);

  /** QEMU reads so many bytes of a chardev in one round of its main loop (CHR_READ_BUF_LEN). */
  private static final int BYTES_PER_ROUND = 4096;

  private static final int MOST_ROUNDS = 500;

  private static final Set<Stream> OF_SECONDARY =
      EnumSet.of(Stream.INPUT, Stream.INJECTED, Stream.OUTPUT, Stream.RELEASED);
  private static final Set<Stream> OF_PRIMARY =
      EnumSet.of(Stream.INPUT_COPY, Stream.OUTPUT, Stream.RELEASED);

  private final PacketPath path;
  private final String socketPrefix;
  private final CheckpointObserver observer;
  private final EpochPages pages;
  private @Nullable PrimaryCheckpoints checkpoints;

  /**
   * Prepares nothing yet.
   *
   * @param path the agent's end of the VM's packet sockets
   * @param socketPrefix begins the paths of the Unix sockets between this one QEMU and the agent
   * @param observer told of each checkpoint while the VM is a primary
   * @param pages counts for the observer what the guest writes between checkpoints
   */
  public AgentProxyEngine(
      PacketPath path, String socketPrefix, CheckpointObserver observer, EpochPages pages) {
    this.path = path;
    this.socketPrefix = socketPrefix;
    this.observer = observer;
    this.pages = pages;
  }

  @Override
  public Future<Void> prepareSecondary(ColoVm vm, SecondaryEndpoints endpoints) {
    Path monitor = vm.eventMonitor();
    if (monitor == null) {
      return Future.failedFuture(
          new StepException("the secondary's QEMU has no second monitor for the packet path"));
    }
    vm.pauses(new SecondaryPauses(vm, path));
    return path.watch(monitor)
        .compose(
            w ->
                eachNic(
                    vm, nic -> connect(vm, nic, OF_SECONDARY).compose(v -> inPath(vm, nic, "on"))))
        .compose(v -> path.listen(endpoints));
  }

  /** The agent stands between the tap and the guest, both ways. */
  private static Future<Void> inPath(ColoVm vm, Nic nic, String status) {
    return vm.run("object-add", inbound(vm, nic, status))
        .compose(v -> vm.run("object-add", outbound(vm, nic, status)));
  }

  private static JsonObject inbound(ColoVm vm, Nic nic, String status) {
    return filter(vm, "filter-redirector", Names.inboundFilter(nic), nic, "tx", status)
        .put("outdev", Names.stream(nic, Stream.INPUT))
        .put("indev", Names.stream(nic, Stream.INJECTED));
  }

  private static JsonObject outbound(ColoVm vm, Nic nic, String status) {
    return filter(vm, "filter-redirector", Names.outboundFilter(nic), nic, "rx", status)
        .put("outdev", Names.stream(nic, Stream.OUTPUT))
        .put("indev", Names.stream(nic, Stream.RELEASED));
  }

  private static JsonObject filter(
      ColoVm vm, String type, String id, Nic nic, String queue, String status) {
    return new JsonObject()
        .put("qom-type", type)
        .put("id", id)
        .put("netdev", vm.backends().netdev(nic))
        .put("queue", queue)
        .put("status", status)
        .put("vnet_hdr_support", true);
  }

  @Override
  public Future<Void> attachPrimary(ColoVm vm, SecondaryEndpoints endpoints) {
    endCheckpoints();
    PrimaryCheckpoints mine = new PrimaryCheckpoints(vm, path, observer, pages);
    checkpoints = mine;
    vm.pauses(mine);
    return vm.ours("qom-list", objects(), "name")
        .compose(present -> eachNic(vm, nic -> attachPrimary(vm, nic, present)))
        .compose(v -> findMemory(vm))
        .compose(v -> pages.begin(vm))
        .compose(v -> path.open(endpoints, mine));
  }

  /** Without its memory less is known of the guest's content, that is all. */
  private Future<Void> findMemory(ColoVm vm) {
    return GuestRam.locate(vm.qmp())
        .recover(
            e -> {
              LOG.warn("{}: where RAM is, is not known: {}", vm.guest().name(), e.getMessage());
              return Future.succeededFuture(List.of());
            })
        .onSuccess(path::memory)
        .mapEmpty();
  }

  /** A mirror behind the filter of a VM that was a secondary copies in the guest's own numbers. */
  private Future<Void> attachPrimary(ColoVm vm, Nic nic, Set<String> present) {
    JsonObject mirror =
        filter(vm, "filter-mirror", Names.mirrorFilter(nic), nic, "tx", "off")
            .put("outdev", Names.stream(nic, Stream.INPUT_COPY));
    return connect(vm, nic, OF_PRIMARY)
        .compose(v -> vm.run("object-add", mirror))
        .compose(
            v ->
                present.contains(Names.outboundFilter(nic))
                    ? Future.succeededFuture()
                    : vm.run("object-add", outbound(vm, nic, "off")));
  }

  private Future<Void> connect(ColoVm vm, Nic nic, Set<Stream> streams) {
    int number = vm.guest().nics().indexOf(nic);
    List<Stream> missing =
        streams.stream().filter(stream -> !path.isConnected(number, stream)).toList();
    return Chain.each(
        missing,
        stream -> {
          String id = Names.stream(nic, stream);
          Path socket = socket(id);
          return vm.run("chardev-add", Sockets.unix(id, socket, true))
              .compose(v -> path.connect(number, stream, socket));
        });
  }

  private Path socket(String chardev) {
    return Sockets.checkedPath(socketPrefix + chardev.substring(Names.PREFIX.length()));
  }

  @Override
  public Future<Void> switchOn(ColoVm vm) {
    return eachNic(vm, nic -> switchTo(vm, Names.mirrorFilter(nic), "on"))
        .compose(v -> path.hold())
        .compose(v -> eachNic(vm, nic -> switchTo(vm, Names.outboundFilter(nic), "on")));
  }

  private static Future<Void> switchTo(ColoVm vm, String filter, String status) {
    return vm.run(
        "qom-set",
        new JsonObject()
            .put("path", "/objects/" + filter)
            .put("property", "status")
            .put("value", status));
  }

  @Override
  public Future<Void> firstCheckpoint(ColoVm vm, SessionPolicy policy, Cancellation cancellation) {
    PrimaryCheckpoints mine = Objects.requireNonNull(checkpoints, "the primary is attached");
    Future<Void> completed = vm.awaitCheckpoint(CHECKPOINT_DEADLINE, cancellation);
    return mine.start(policy)
        .compose(v -> completed)
        .compose(v -> cancellation.step(() -> path.synchronised()));
  }

  @Override
  public void endCheckpoints() {
    pages.end();
    if (checkpoints != null) {
      checkpoints.stop();
      checkpoints = null;
    }
  }

  @Override
  public Future<Void> detachPrimary(ColoVm vm) {
    endCheckpoints();
    vm.pauses(null);
    return path.serve()
        .compose(bytes -> untilRead(vm, bytes))
        .compose(
            v ->
                eachNic(
                    vm,
                    nic ->
                        delete(vm, Names.mirrorFilter(nic))
                            .compose(w -> drop(vm, nic, Stream.INPUT_COPY))))
        .compose(v -> leave(vm));
  }

  /** QEMU has read so many bytes of a stream of ours when it has answered so many times. */
  private static Future<Void> untilRead(ColoVm vm, long bytes) {
    int rounds = (int) Math.min(MOST_ROUNDS, bytes / BYTES_PER_ROUND + 2);
    List<Integer> steps = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      steps.add(i);
    }
    return Chain.each(steps, i -> vm.object("query-status").mapEmpty());
  }

  /** QEMU has switched all filters off with COLO (net/filter.c, {@code default_handle_event}). */
  @Override
  public Future<Void> tookOver(ColoVm vm) {
    return eachNic(vm, nic -> ColoVm.tolerateRefusal(switchTo(vm, Names.outboundFilter(nic), "on")))
        .compose(
            v ->
                eachNic(
                    vm,
                    nic -> ColoVm.tolerateRefusal(switchTo(vm, Names.inboundFilter(nic), "on"))));
  }

  @Override
  public Future<Void> serve(ColoVm vm) {
    vm.pauses(null);
    return path.serve().mapEmpty();
  }

  @Override
  public Future<Void> leave(ColoVm vm) {
    if (path.isNeeded()) {
      return Future.succeededFuture();
    }
    // New frames pass by; those on their way through the agent still arrive.
    return eachNic(vm, nic -> switchOff(vm, Names.inboundFilter(nic)))
        .compose(v -> eachNic(vm, nic -> switchOff(vm, Names.outboundFilter(nic))))
        .compose(v -> path.drain())
        .compose(v -> untilRead(vm, BYTES_PER_ROUND))
        .compose(v -> eachNic(vm, nic -> takeOut(vm, nic)));
  }

  private static Future<Void> switchOff(ColoVm vm, String filter) {
    return ColoVm.tolerateRefusal(switchTo(vm, filter, "off"));
  }

  private Future<Void> takeOut(ColoVm vm, Nic nic) {
    return delete(vm, Names.inboundFilter(nic))
        .compose(v -> delete(vm, Names.outboundFilter(nic)))
        .compose(v -> Chain.each(OF_SECONDARY, stream -> drop(vm, nic, stream)));
  }

  private Future<Void> drop(ColoVm vm, Nic nic, Stream stream) {
    path.disconnect(vm.guest().nics().indexOf(nic), stream);
    return ColoVm.tolerateRefusal(
        vm.run("chardev-remove", new JsonObject().put("id", Names.stream(nic, stream))));
  }

  private static Future<Void> delete(ColoVm vm, String id) {
    return ColoVm.tolerateRefusal(vm.run("object-del", new JsonObject().put("id", id)));
  }

  @Override
  public boolean isInPath() {
    return path.isConnected();
  }

  @Override
  public boolean keeps(ColoVm vm, String chardev) {
    List<Nic> nics = vm.guest().nics();
    for (int number = 0; number < nics.size(); number++) {
      for (Stream stream : Stream.values()) {
        if (Names.stream(nics.get(number), stream).equals(chardev)) {
          return path.isConnected(number, stream);
        }
      }
    }
    return false;
  }

  @Override
  public void close() {
    endCheckpoints();
    path.close();
  }

  private static Future<Void> eachNic(ColoVm vm, Function<Nic, Future<Void>> step) {
    return Chain.each(vm.guest().nics(), step);
  }

  private static JsonObject objects() {
    return new JsonObject().put("path", "/objects");
  }
}
