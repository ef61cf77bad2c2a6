package dev.hacolo.agent.qemu;

import dev.hacolo.common.api.GuestDescription.Disk;
import dev.hacolo.common.api.GuestDescription.Nic;
import java.util.Locale;
import java.util.UUID;

/**
 * Ids of everything that ha-colo adds to a QEMU. All begin with {@link #PREFIX}, so that cleaning
 * up can find what is ours and leave the rest alone.
 */
public final class Names {
  /** First characters of every id that is ours. */
  public static final String PREFIX = "ha-";

  static final String TLS_SERVER = PREFIX + "tls-server";
  static final String TLS_CLIENT = PREFIX + "tls-client";
  static final String TLS_PEER = PREFIX + "tls-peer";
  static final String COMPARE_THREAD = PREFIX + "compare-thread";

  private static final String INPUT = PREFIX + "input-";
  private static final String STREAM = PREFIX + "stream-";
  private static final String SECONDARY_OUTPUT = PREFIX + "secout-";

  private Names() {}

  /** Begins the names of an instance's own sockets in a directory that all instances share. */
  public static String socketPrefix(UUID instance) {
    return instance.toString().substring(0, 8) + "-" + PREFIX;
  }

  /** Chardev: frames that the primary received, from primary to secondary. */
  static String inputChardev(Nic nic) {
    return INPUT + nic.id();
  }

  /** Chardev: frames that the secondary sent, from secondary to primary. */
  static String secondaryOutputChardev(Nic nic) {
    return SECONDARY_OUTPUT + nic.id();
  }

  /** Whether a chardev of ours reaches the other host. */
  static boolean isPeerStream(String chardev) {
    return chardev.startsWith(INPUT) || chardev.startsWith(SECONDARY_OUTPUT);
  }

  /** Chardev: frames that the primary sent, from its filter to the comparer. */
  static String primaryOutputChardev(Nic nic) {
    return PREFIX + "priout-" + nic.id();
  }

  /** Chardev: frames that the comparer released, back to the primary's filter. */
  static String releasedChardev(Nic nic) {
    return PREFIX + "released-" + nic.id();
  }

  /** The client end, in the same QEMU, of a chardev that listens on a Unix socket. */
  static String clientEnd(String chardev) {
    return chardev + "-client";
  }

  /** Chardev of one packet stream between this QEMU and its agent. */
  static String stream(Nic nic, PacketPath.Stream stream) {
    return STREAM + stream.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-" + nic.id();
  }

  /** Filter between the tap and the guest, in the agent's hands. */
  static String inboundFilter(Nic nic) {
    return PREFIX + "inbound-" + nic.id();
  }

  /** Filter between the guest and the tap, in the agent's hands. */
  static String outboundFilter(Nic nic) {
    return PREFIX + "outbound-" + nic.id();
  }

  static String mirrorFilter(Nic nic) {
    return PREFIX + "mirror-" + nic.id();
  }

  static String outputFilter(Nic nic) {
    return PREFIX + "output-" + nic.id();
  }

  static String releasedFilter(Nic nic) {
    return PREFIX + "release-" + nic.id();
  }

  static String compare(Nic nic) {
    return PREFIX + "compare-" + nic.id();
  }

  static String injectFilter(Nic nic) {
    return PREFIX + "inject-" + nic.id();
  }

  static String divertFilter(Nic nic) {
    return PREFIX + "divert-" + nic.id();
  }

  static String rewriter(Nic nic) {
    return PREFIX + "rewriter-" + nic.id();
  }

  static String replicationNode(Disk disk) {
    return PREFIX + "repl-" + disk.id();
  }

  static String activeNode(Disk disk) {
    return PREFIX + "active-" + disk.id();
  }

  static String hiddenNode(Disk disk) {
    return PREFIX + "hidden-" + disk.id();
  }

  static String nbdNode(Disk disk) {
    return PREFIX + "nbd-" + disk.id();
  }

  static String mirrorJob(Disk disk) {
    return PREFIX + "copy-" + disk.id();
  }

  static String export(Disk disk) {
    return PREFIX + "export-" + disk.id();
  }
}
