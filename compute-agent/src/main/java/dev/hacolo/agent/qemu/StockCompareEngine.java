package dev.hacolo.agent.qemu;

import dev.hacolo.agent.domain.StepException;
import dev.hacolo.common.api.GuestDescription.Nic;
import dev.hacolo.common.api.SecondaryEndpoints;
import dev.hacolo.common.api.SecondaryEndpoints.NicPorts;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The baseline engine {@code proxy: qemu}: QEMU's colo-compare on the primary and filter-rewriter
 * on the secondary (QEMU docs/colo-proxy.txt), attached to a running VM.
 *
 * <p>Every socket carries the virtio-net header, announced: unannounced it would be there all the
 * same and break the parser of colo-compare.
 */
public final class StockCompareEngine {
  private final QemuTls tls;

  /** Longest path that a Unix socket address holds. */
  private static final int MAX_SOCKET_PATH = 107;

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

  /** Begins the names of an instance's own sockets in a directory that all instances share. */
  public static String socketPrefix(UUID instance) {
    return instance.toString().substring(0, 8) + "-" + Names.PREFIX;
  }

  /** Secondary: opens the packet streams and puts the filters in. */
  Future<Void> prepareSecondary(ColoVm vm, SecondaryEndpoints endpoints) {
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
                    filter("filter-redirector", Names.injectFilter(nic), nic, "tx", "on")
                        .put("indev", input)))
        .compose(
            v ->
                vm.run(
                    "object-add",
                    filter("filter-redirector", Names.divertFilter(nic), nic, "rx", "on")
                        .put("outdev", output)))
        .compose(
            v ->
                vm.run(
                    "object-add",
                    filter("filter-rewriter", Names.rewriter(nic), nic, "all", "on")));
  }

  /** Primary: connects the packet streams and puts the filters in, switched off. */
  Future<Void> attachPrimary(ColoVm vm, SecondaryEndpoints endpoints) {
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
    Path path = Path.of(socketPrefix + id.substring(Names.PREFIX.length()));
    if (path.toString().length() > MAX_SOCKET_PATH) {
      return Future.failedFuture(
          new StepException(
              "the socket path %s is longer than %d bytes: shorten run.directory"
                  .formatted(path, MAX_SOCKET_PATH)));
    }
    return vm.run("chardev-add", Sockets.unix(id, path, true))
        .compose(v -> vm.run("chardev-add", Sockets.unix(Names.clientEnd(id), path, false)));
  }

  /**
   * An ex-secondary keeps its rewriter, because flows of its time may need it for life; then the
   * filters go behind it, in reverse order. QEMU's documented order (before it) breaks those flows.
   */
  private static Future<Void> primaryFilters(ColoVm vm, Nic nic, boolean behindRewriter) {
    JsonObject mirror =
        filter("filter-mirror", Names.mirrorFilter(nic), nic, "tx", "off")
            .put("outdev", Names.inputChardev(nic));
    JsonObject released =
        filter("filter-redirector", Names.releasedFilter(nic), nic, "rx", "off")
            .put("indev", Names.releasedChardev(nic));
    JsonObject output =
        filter("filter-redirector", Names.outputFilter(nic), nic, "rx", "off")
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

  private static JsonObject filter(String type, String id, Nic nic, String queue, String status) {
    return new JsonObject()
        .put("qom-type", type)
        .put("id", id)
        .put("netdev", nic.netdev())
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

  /** Primary: from now on outputs wait for the comparison. */
  Future<Void> switchOn(ColoVm vm) {
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
  Future<Void> detachPrimary(ColoVm vm) {
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

  /** Secondary that serves now: what it sends goes to its tap from here on. */
  Future<Void> undivert(ColoVm vm) {
    return Chain.each(vm.guest().nics(), nic -> delete(vm, Names.divertFilter(nic)));
  }

  /** Secondary that serves now: no more input from the old primary. */
  Future<Void> uninject(ColoVm vm) {
    return Chain.each(vm.guest().nics(), nic -> delete(vm, Names.injectFilter(nic)));
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
