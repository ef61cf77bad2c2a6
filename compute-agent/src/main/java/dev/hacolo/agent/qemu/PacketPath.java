package dev.hacolo.agent.qemu;

import dev.hacolo.agent.compare.CheckpointCause;
import dev.hacolo.agent.provenance.RamRange;
import dev.hacolo.common.api.SecondaryEndpoints;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;

/**
 * The agent's end of a VM's packet sockets: port of {@link AgentProxyEngine}, implemented by the
 * proxies. Called on the agent's event loop, where futures complete; the calls take effect in their
 * order. See docs/adr/0004-packet-proxy.md.
 */
public interface PacketPath {
  /** What travels on a socket between QEMU and the agent; each carries one direction. */
  enum Stream {
    /** To the agent: a copy of each frame that the primary VM gets. */
    INPUT_COPY,
    /** To the agent: frames of the tap, to be given back on {@link #INJECTED}. */
    INPUT,
    /** From the agent: frames for the VM. */
    INJECTED,
    /** To the agent: frames that the VM sends. */
    OUTPUT,
    /** From the agent: frames for the tap. */
    RELEASED
  }

  /** Asks for checkpoints. */
  interface CheckpointRequests {
    /**
     * A checkpoint is due.
     *
     * @param epoch how many seals the path had made when the cause arose
     * @param raisedAt when it arose, by {@link System#nanoTime}
     */
    void checkpointDue(CheckpointCause cause, long epoch, long raisedAt);
  }

  /**
   * Connects to a socket that QEMU listens on, unless that stream is connected already.
   *
   * @param nic the NIC's place in the guest's description
   */
  Future<Void> connect(int nic, Stream stream, Path socket);

  /** Whether a stream is connected and must stay so. */
  boolean isConnected(int nic, Stream stream);

  /** Whether any stream is connected. */
  boolean isConnected();

  /**
   * Secondary: connects to a monitor of the VM that is for this alone; before {@link #listen}.
   * There the path sees by itself that the VM has stopped, at the moment at which it looks at what
   * the primary has sent since.
   */
  Future<Void> watch(Path monitor);

  /** Secondary: accepts the primary's packet link and feeds the VM from it. */
  Future<Void> listen(SecondaryEndpoints endpoints);

  /** Primary: where the guest's RAM is in QEMU's address space, for the next {@link #open}. */
  void memory(List<RamRange> ranges);

  /**
   * Primary: in the epoch that has ended the guest wrote here, so what is searched for may be here
   * too. A hint.
   */
  void written(List<RamRange> ranges);

  /** Primary: opens the packet link. */
  Future<Void> open(SecondaryEndpoints endpoints, CheckpointRequests requests);

  /** Primary: outputs wait from now on. */
  Future<Void> hold();

  /** Primary: completes when a checkpoint after {@link #hold} has covered what waited. */
  Future<Void> synchronised();

  /** The VM has stopped for a checkpoint: takes in everything that it sent before. */
  Future<Void> drain();

  /**
   * Secondary: the same.
   *
   * @param stamp QEMU's time of the STOP, see {@link dev.hacolo.agent.qmp.QmpEvent#stamp}
   */
  void stopped(long stamp);

  /**
   * Primary: the VM stands for a checkpoint. Looks at its memory; completes when that is over, or
   * at once if nothing is known of it.
   */
  Future<Void> examine();

  /** After {@link #examine}: whether the VM certainly still stood when that was over. */
  void examined(boolean certain);

  /**
   * After {@link #drain}, primary only.
   *
   * @param certain whether the VM was still stopped when the drain was over
   */
  void sealed(boolean certain);

  /** After {@link #drain}, primary only: the VM had been stopped for something else. */
  void continued();

  /** The VM has resumed after a checkpoint that is complete on its side. */
  void resumed();

  /**
   * The VM is the only one: what waits leaves, inputs and outputs pass, translated where a
   * connection needs it. Completes when everything that waited is on its way to QEMU.
   *
   * @return bytes that went to QEMU
   */
  Future<Long> serve();

  /** Whether a serving VM still needs the agent in its path. */
  boolean isNeeded();

  /** Disconnects one stream. */
  void disconnect(int nic, Stream stream);

  /** Disconnects everything. */
  void close();
}
