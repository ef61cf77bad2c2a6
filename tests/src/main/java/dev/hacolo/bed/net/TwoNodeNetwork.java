package dev.hacolo.bed.net;

import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.Command;
import dev.hacolo.bed.process.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compute nodes, a client and a control plane, each in a network namespace of its own, on two LANs
 * that a further namespace switches:
 *
 * <pre>
 *   client LAN       10.77.0.0/24   client .1, guests on each node's bridge br0
 *   replication LAN  10.78.0.0/24   node-a .1, node-b .2, ..., control plane .100
 * </pre>
 *
 * The names carry the run's id; nothing is made in the machine's own namespace.
 */
public final class TwoNodeNetwork {
  /** Bridge on each node that guests' taps belong to. */
  public static final String GUEST_BRIDGE = "br0";

  /** Address of the control plane on the replication LAN. */
  public static final String CONTROL_ADDRESS = "10.78.0.100";

  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final RunDirectory run;
  private final NetworkNamespace client;
  private final NetworkNamespace control;
  private final NetworkNamespace lans;
  private final List<Node> nodes;

  /**
   * A compute node.
   *
   * @param name host name
   * @param namespace its namespace
   * @param address its address on the replication LAN
   */
  public record Node(String name, NetworkNamespace namespace, String address) {}

  private TwoNodeNetwork(RunDirectory run, List<String> names) {
    this.run = run;
    this.client = namespace("client");
    this.control = namespace("ctl");
    this.lans = namespace("lan");
    this.nodes =
        names.stream()
            .map(n -> new Node(n, namespace(n), "10.78.0." + (names.indexOf(n) + 1)))
            .toList();
  }

  /** Makes the namespaces {@code node-a} and {@code node-b}, the client's and the control's. */
  public static TwoNodeNetwork create(RunDirectory run) {
    return create(run, List.of("node-a", "node-b"));
  }

  /** The same with other nodes, at most 99. */
  public static TwoNodeNetwork create(RunDirectory run, List<String> nodeNames) {
    TwoNodeNetwork network = new TwoNodeNetwork(run, nodeNames);
    network.build();
    return network;
  }

  /** The clients' namespace. */
  public NetworkNamespace client() {
    return client;
  }

  /** The control plane's namespace. */
  public NetworkNamespace control() {
    return control;
  }

  /** The compute nodes. */
  public List<Node> nodes() {
    return nodes;
  }

  /** A compute node by its name. */
  public Node node(String name) {
    return nodes.stream()
        .filter(n -> n.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new BedException("there is no node '%s' on the bed".formatted(name)));
  }

  /** Makes a tap on a node's guest bridge, as Neutron's agent or nova-compute would. */
  public void addTap(Node node, String tap) {
    batch(
        node.namespace(),
        "tuntap add %s mode tap".formatted(tap),
        "link set %s master %s up".formatted(tap, GUEST_BRIDGE));
  }

  /**
   * Gives the client one more address on its LAN.
   *
   * @param address IPv4 or IPv6 with its prefix length, of use at once
   */
  public void addClientAddress(String address) {
    if (address.contains(":")) {
      speakIpv6(client, "data");
      batch(client, "addr add %s dev data nodad".formatted(address));
    } else {
      batch(client, "addr add %s dev data".formatted(address));
    }
  }

  /** Cuts or heals what nodes say to each other; each still reaches the control plane. */
  public void cutBetweenNodes(boolean cut) {
    String[] lines =
        nodes.stream()
            .map(
                n ->
                    "link set %s type bridge_slave isolated %s"
                        .formatted(replicationPort(n), onOff(cut)))
            .toArray(String[]::new);
    batch(lans, lines);
  }

  /** Cuts or heals all that a node says on the replication LAN. */
  public void cutNode(Node node, boolean cut) {
    batch(lans, "link set %s %s".formatted(replicationPort(node), cut ? "down" : "up"));
  }

  /** Cuts or heals what a node sends to the control plane; what comes from there arrives. */
  public void cutFromControl(Node node, boolean cut) {
    batch(
        node.namespace(), "route %s blackhole %s".formatted(cut ? "add" : "del", CONTROL_ADDRESS));
  }

  /** Cuts or heals what a node sends to another one; what comes from there arrives. */
  public void cutOneWay(Node from, Node to, boolean cut) {
    batch(from.namespace(), "route %s blackhole %s".formatted(cut ? "add" : "del", to.address()));
  }

  /** Makes a node's link to the replication LAN a bad one, until it is closed. */
  public LinkRelay disturb(Node node, Disturbance disturbance) {
    String port = replicationPort(node);
    String inner = "d%d-in".formatted(portNumber(node.namespace()));
    String outer = "d%d-out".formatted(portNumber(node.namespace()));
    batch(
        lans,
        "link add %s type veth peer name %s".formatted(inner, outer),
        "link set %s up".formatted(inner),
        "link set %s master lan-repl up".formatted(outer),
        "link set %s nomaster".formatted(port));
    Runnable restore =
        () ->
            batch(
                lans,
                "link set %s master lan-repl".formatted(port),
                "link del %s".formatted(inner));
    try {
      return lans.call(() -> new LinkRelay(port, inner, disturbance, restore));
    } catch (Exception e) {
      restore.run();
      throw new BedException("the link of %s cannot be disturbed".formatted(node.name()), e);
    }
  }

  private String replicationPort(Node node) {
    return port(node.namespace(), "repl");
  }

  private static String onOff(boolean on) {
    return on ? "on" : "off";
  }

  /** Watches from now on what a guest sends to the clients' LAN, and from which node. */
  public SwitchCapture capture(String mac) {
    Map<String, String> nodesByPort =
        nodes.stream().collect(Collectors.toMap(n -> port(n.namespace(), "data"), Node::name));
    try {
      return lans.call(() -> SwitchCapture.open(nodesByPort, mac));
    } catch (Exception e) {
      throw new BedException("the switch cannot be watched: " + e.getMessage(), e);
    }
  }

  private static void speakIpv6(NetworkNamespace namespace, String link) {
    String file = "/proc/sys/net/ipv6/conf/%s/disable_ipv6".formatted(link);
    Command.run("ip", "netns", "exec", namespace.name(), "sh", "-c", "echo 0 >%s".formatted(file));
  }

  private NetworkNamespace namespace(String role) {
    return new NetworkNamespace("hacolo-%s-%s".formatted(run.id(), role));
  }

  private void build() {
    add(lans);
    batch(
        lans,
        "link add lan-client type bridge forward_delay 0",
        "link add lan-repl type bridge forward_delay 0",
        "link set lan-client up",
        "link set lan-repl up");
    add(client);
    plug("lan-client", client, "data", "10.77.0.1/24");
    add(control);
    plug("lan-repl", control, "repl", CONTROL_ADDRESS + "/24");
    for (Node node : nodes) {
      add(node.namespace());
      plug("lan-repl", node.namespace(), "repl", node.address() + "/24");
      plug("lan-client", node.namespace(), "data", null);
      batch(
          node.namespace(),
          "link add %s type bridge forward_delay 0".formatted(GUEST_BRIDGE),
          "link set %s up".formatted(GUEST_BRIDGE),
          "link set data master %s".formatted(GUEST_BRIDGE));
    }
  }

  private void add(NetworkNamespace namespace) {
    run.recordNamespace(namespace.name());
    Command.run("ip", "netns", "add", namespace.name());
    // The bed speaks IPv4 unless a test wants more; neighbour discovery of its own links would only
    // be noise for guests.
    Command.run(
        "ip",
        "netns",
        "exec",
        namespace.name(),
        "sh",
        "-c",
        "for i in all default; do echo 1 >/proc/sys/net/ipv6/conf/$i/disable_ipv6; done");
    batch(namespace, "link set lo up");
  }

  private void plug(
      String bridge, NetworkNamespace namespace, String link, @Nullable String address) {
    String port = port(namespace, link);
    batch(
        lans,
        "link add %s type veth peer name %s netns %s".formatted(port, link, namespace.name()),
        "link set %s master %s up".formatted(port, bridge));
    batch(namespace, "link set %s up".formatted(link));
    if (address != null) {
      batch(namespace, "addr add %s dev %s".formatted(address, link));
    }
  }

  private String port(NetworkNamespace namespace, String link) {
    return "p%d-%s".formatted(portNumber(namespace), link);
  }

  private int portNumber(NetworkNamespace namespace) {
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).namespace().equals(namespace)) {
        return i + 1;
      }
    }
    return namespace.equals(client) ? 0 : 100;
  }

  private void batch(NetworkNamespace namespace, String... lines) {
    Path file = run.directory("tmp").resolve("ip-batch");
    try {
      Files.writeString(file, String.join("\n", lines) + "\n");
    } catch (IOException e) {
      throw new BedException("%s cannot be written: %s".formatted(file, e.getMessage()), e);
    }
    Command.run(DEADLINE, List.of("ip", "-n", namespace.name(), "-batch", file.toString()));
  }
}
