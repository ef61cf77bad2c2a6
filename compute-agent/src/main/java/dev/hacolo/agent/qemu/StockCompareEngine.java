package dev.hacolo.agent.qemu;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.common.api.GuestDescription.Nic;
import dev.hacolo.common.api.SecondaryEndpoints;
import dev.hacolo.common.api.SecondaryEndpoints.NicPorts;
import dev.hacolo.common.api.SessionPolicy;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The baseline engine {@code proxy: qemu}: QEMU's colo-compare on the primary and filter-rewriter
 * on the secondary (QEMU docs/colo-proxy.txt), attached to a running VM.
 *
 * <p>Every socket carries the virtio-net header, announced: unannounced it would be there all the
 * same and break the parser of colo-compare.
 */
public final class StockCompareEngine implements ProxyEngine {
  private static final Duration CHECKPOINT_DEADLINE = Duration.ofSeconds(60);
  private static final Duration DRAIN_DEADLINE = Duration.ofMillis(500);
  private static final Duration DRAIN_POLL = Duration.ofMillis(5);

  private final QemuTls tls;

  private final String socketPrefix;

  /**
   * Prepares nothing yet.
   *
   * @param socketPrefix begins the paths of the Unix sockets inside this one QEMU
   */
  public StockCompareEngine(QemuTls tls, String socketPrefix) {
    this.tls = tls;
    this.socketPrefix = socketPrefix;
  }

  @Override
  public Future<Void> prepareSecondary(ColoVm vm, SecondaryEndpoints endpoints) {
    Map<String, NicPorts> ports =
        endpoints.nics().stream().collect(Collectors.toMap(NicPorts::nic, p -> p));
    return Chain.each(
        vm.guest().nics(),
        nic -> prepareSecondary(vm, nic, endpoints.address(), portsOf(ports, nic)));
  }

  private Future<Void> prepareSecondary(ColoVm vm, Nic nic, String address, NicPorts ports) {
    String input = Names.inputChardev(nic);
    String output = Names.secondaryOutputChardev(nic);
    return vm.run("chardev-add", Sockets.listen(input, address, ports.inputPort(), tls))
        .compose(
            v -> vm.run("chardev-add", Sockets.listen(output, address, ports.outputPort(), tls)))
        .compose(
            v ->
                vm.run(
                    "object-add",
                    filter(vm, "filter-redirector", Names.injectFilter(nic), nic, "tx", "on")
                        .put("indev", input)))
        .compose(
            v ->
                vm.run(
                    "object-add",
                    filter(vm, "filter-redirector", Names.divertFilter(nic), nic, "rx", "on")
                        .put("outdev", output)))
        .compose(
            v ->
                vm.run(
                    "object-add",
                    filter(vm, "filter-rewriter", Names.rewriter(nic), nic, "all", "on")));
  }

  @Override
  public Future<Void> attachPrimary(ColoVm vm, SecondaryEndpoints endpoints) {
    Map<String, NicPorts> ports =
        endpoints.nics().stream().collect(Collectors.toMap(NicPorts::nic, p -> p));
    JsonObject thread =
        new JsonObject().put("qom-type", "iothread").put("id", Names.COMPARE_THREAD);
    return vm.ours("qom-list", new JsonObject().put("path", "/objects"), "name")
        .compose(
            present ->
                vm.run("object-add", thread)
                    .compose(
                        v ->
                            Chain.each(
                                vm.guest().nics(),
                                nic ->
                                    attachPrimary(
                                        vm,
                                        nic,
                                        endpoints.address(),
                                        portsOf(ports, nic),
                                        present))));
  }

  private Future<Void> attachPrimary(
      ColoVm vm, Nic nic, String address, NicPorts ports, Set<String> present) {
    return vm.run(
            "chardev-add",
            Sockets.connect(Names.inputChardev(nic), address, ports.inputPort(), tls))
        .compose(
            v ->
                vm.run(
                    "chardev-add",
                    Sockets.connect(
                        Names.secondaryOutputChardev(nic), address, ports.outputPort(), tls)))
        .compose(v -> localStream(vm, Names.primaryOutputChardev(nic)))
        .compose(v -> localStream(vm, Names.releasedChardev(nic)))
        .compose(v -> primaryFilters(vm, nic, present.contains(Names.rewriter(nic))))
        .compose(v -> vm.run("object-add", compare(nic)));
  }

  /** Both ends of a Unix socket in one QEMU: colo-compare takes chardevs only. */
  private Future<Void> localStream(ColoVm vm, String id) {
    Path path = Sockets.checkedPath(socketPrefix + id.substring(Names.PREFIX.length()));
    return vm.run("chardev-add", Sockets.unix(id, path, true))
        .compose(v -> vm.run("chardev-add", Sockets.unix(Names.clientEnd(id), path, false)));
  }

  /**
   * An ex-secondary keeps its rewriter, because flows of its time may need it for life; then the
   * filters go behind it, in reverse order. QEMU's documented order (before it) breaks those flows.
   */
  private static Future<Void> primaryFilters(ColoVm vm, Nic nic, boolean behindRewriter) {
    JsonObject mirror =
        filter(vm, "filter-mirror", Names.mirrorFilter(nic), nic, "tx", "off")
            .put("outdev", Names.inputChardev(nic));
    JsonObject released =
        filter(vm, "filter-redirector", Names.releasedFilter(nic), nic, "rx", "off")
            .put("indev", Names.releasedChardev(nic));
    JsonObject output =
        filter(vm, "filter-redirector", Names.outputFilter(nic), nic, "rx", "off")
            .put("outdev", Names.primaryOutputChardev(nic));
    List<JsonObject> ordered =
        behindRewriter
            ? List.of(behind(output, nic), behind(released, nic), behind(mirror, nic))
            : List.of(mirror, released, output);
    return Chain.each(ordered, f -> vm.run("object-add", f));
  }

  private static JsonObject behind(JsonObject filter, Nic nic) {
    return filter.put("position", "id=" + Names.rewriter(nic)).put("insert", "behind");
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

  private static JsonObject compare(Nic nic) {
    return new JsonObject()
        .put("qom-type", "colo-compare")
        .put("id", Names.compare(nic))
        .put("primary_in", Names.clientEnd(Names.primaryOutputChardev(nic)))
        .put("secondary_in", Names.secondaryOutputChardev(nic))
        .put("outdev", Names.clientEnd(Names.releasedChardev(nic)))
        .put("iothread", Names.COMPARE_THREAD)
        .put("vnet_hdr_support", true);
  }

  @Override
  public Future<Void> switchOn(ColoVm vm) {
    return Chain.each(
        vm.guest().nics(),
        nic ->
            switchTo(vm, Names.mirrorFilter(nic), "on")
                .compose(v -> switchTo(vm, Names.releasedFilter(nic), "on"))
                .compose(v -> switchTo(vm, Names.outputFilter(nic), "on")));
  }

  private static Future<Void> switchTo(ColoVm vm, String filter, String status) {
    return vm.run(
        "qom-set",
        new JsonObject()
            .put("path", "/objects/" + filter)
            .put("property", "status")
            .put("value", status));
  }

  /**
   * Primary: takes everything out that {@link #attachPrimary} put in, as far as it is there. The
   * output filter goes first, so that new frames leave directly; colo-compare hands on what it
   * still holds while the release filter is in place.
   */
  @Override
  public Future<Void> detachPrimary(ColoVm vm) {
    return vm.ours("qom-list", new JsonObject().put("path", "/objects"), "name")
        .compose(
            present ->
                Chain.each(
                        vm.guest().nics(),
                        nic ->
                            Chain.each(
                                List.of(
                                    Names.outputFilter(nic),
                                    Names.compare(nic),
                                    Names.releasedFilter(nic),
                                    Names.mirrorFilter(nic)),
                                id -> delete(vm, present, id)))
                    .compose(v -> delete(vm, present, Names.COMPARE_THREAD)));
  }

  @Override
  public Future<Void> firstCheckpoint(ColoVm vm, SessionPolicy policy, Cancellation cancellation) {
    Future<Void> completed = vm.awaitCheckpoint(CHECKPOINT_DEADLINE, cancellation);
    return vm.checkpoint(policy.maxCheckpointIntervalMs()).compose(v -> completed);
  }

  @Override
  public Future<Void> tookOver(ColoVm vm) {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> serve(ColoVm vm) {
    return Chain.each(vm.guest().nics(), nic -> delete(vm, Names.divertFilter(nic)));
  }

  /** No more input from the old primary. */
  @Override
  public Future<Void> leave(ColoVm vm) {
    return drainInputs(vm)
        .compose(v -> Chain.each(vm.guest().nics(), nic -> delete(vm, Names.injectFilter(nic))));
  }

  /**
   * The old primary may have acknowledged inputs that are still on their way here; without them a
   * connection hangs. The stream ends when its host or QEMU is dead; if only the link is cut it
   * does not, so the wait is bounded.
   */
  private static Future<Void> drainInputs(ColoVm vm) {
    List<String> inputs = vm.guest().nics().stream().map(Names::inputChardev).toList();
    return vm.awaitCondition(
            () ->
                vm.list("query-chardev")
                    .map(
                        all ->
                            all.stream()
                                .filter(c -> inputs.contains(c.getString("label")))
                                .allMatch(
                                    c -> c.getString("filename", "").startsWith("disconnected"))),
            "the end of the old primary's input",
            DRAIN_DEADLINE,
            DRAIN_POLL,
            new Cancellation())
        .recover(
            e -> e instanceof StepException ? Future.succeededFuture() : Future.failedFuture(e));
  }

  /** The rewriter stays as well, but it is QEMU's own and needs nobody. */
  @Override
  public boolean isInPath() {
    return false;
  }

  @Override
  public boolean keeps(ColoVm vm, String chardev) {
    return false;
  }

  @Override
  public void close() {
    // Everything is inside QEMU.
  }

  private static Future<Void> delete(ColoVm vm, Set<String> present, String id) {
    return present.contains(id) ? delete(vm, id) : Future.succeededFuture();
  }

  private static Future<Void> delete(ColoVm vm, String id) {
    return ColoVm.tolerateRefusal(vm.run("object-del", new JsonObject().put("id", id)));
  }

  private static NicPorts portsOf(Map<String, NicPorts> ports, Nic nic) {
    NicPorts found = ports.get(nic.id());
    if (found == null) {
      throw new StepException(
          "the secondary names no ports for NIC %s of the guest".formatted(nic.id()));
    }
    return found;
  }
}
