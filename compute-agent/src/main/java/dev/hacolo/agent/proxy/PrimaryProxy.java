package dev.hacolo.agent.proxy;

import dev.hacolo.agent.compare.CheckpointCause;
import dev.hacolo.agent.compare.GatePolicy;
import dev.hacolo.agent.compare.Origins;
import dev.hacolo.agent.compare.OutputRecord;
import dev.hacolo.agent.compare.ReleaseGate;
import dev.hacolo.agent.compare.Translation;
import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.lease.OutputDeadline;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.prerelease.RequestOrder;
import dev.hacolo.agent.profile.ProfileBook;
import dev.hacolo.agent.provenance.RamRange;
import dev.hacolo.agent.qemu.PacketPath.Stream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Agent A's side: copies of inputs go to B, outputs wait in the {@link ReleaseGate} until its rules
 * let them go. Confined to its loop.
 */
final class PrimaryProxy implements Role, PacketLink.Observer, ReleaseGate.Port {
  private static final long PATIENCE_NANOS = 5_000_000_000L;
  private static final long METER_NANOS = 250_000_000L;

  private final PacketStreams streams;
  private final Edge edge;
  private final PacketLink link;
  private final ContentDigest digest;
  private final @Nullable GuestContent content;
  private final ProfileBook book;
  private final GatePolicy policy;
  private final PathMeter meter;
  private final Events events;
  private final List<Frame> outputs = new ArrayList<>();
  private final VerdictLag lag = new VerdictLag();
  private final LeasedOutputs leaving;
  private @Nullable ReleaseGate gate;
  private long seals;
  private long sealsBefore;
  private long loaded;
  private boolean covering;
  private boolean resumed;
  private long sealedAt;
  private long meteredAt;

  /** Told of what the agent has to do, on the loop. */
  interface Events {
    /**
     * A checkpoint is due.
     *
     * @param epoch seals made so far: the next one serves the cause
     */
    void checkpointDue(CheckpointCause cause, long epoch);

    /** All that was held at the seal of a checkpoint has left. */
    void synchronised();

    void linkLost(String reason);
  }

  PrimaryProxy(
      PacketStreams streams,
      Edge edge,
      PacketLinks.Opened opened,
      GatePolicy policy,
      @Nullable GuestContent content,
      ProfileBook book,
      PathMeter meter,
      OutputDeadline deadline,
      Events events) {
    this.streams = streams;
    this.edge = edge;
    this.link = opened.link();
    this.digest = new ContentDigest(opened.key());
    this.policy = policy;
    this.content = content;
    this.book = book;
    this.meter = meter;
    this.leaving = new LeasedOutputs(deadline, this::leave);
    this.events = events;
    link.observe(this);
    for (Translation inherited : edge.translations()) {
      link.send(new PacketMessage.Inherited(inherited));
    }
    edge.onForgotten(flow -> link.send(new PacketMessage.Forgotten(flow)));
  }

  private Origins origins() {
    return content == null ? new RequestOrder(book) : content.origins();
  }

  /** See {@link dev.hacolo.agent.qemu.PacketPath#examine}. */
  void examine(Runnable done) {
    if (content == null) {
      done.run();
    } else {
      content.examine(done);
    }
  }

  /** See {@link dev.hacolo.agent.qemu.PacketPath#examined}. */
  void examined(boolean certain) {
    if (content != null) {
      content.examined(certain);
    }
  }

  /** See {@link dev.hacolo.agent.qemu.PacketPath#written}. */
  void written(List<RamRange> ranges) {
    if (content != null) {
      content.written(ranges);
    }
  }

  /** From now on outputs wait, at first for a whole checkpoint. */
  void hold() {
    gate = new ReleaseGate(policy, digest, origins(), this);
    sealsBefore = seals;
  }

  @Override
  public void readable(int nic, Stream stream) {
    switch (stream) {
      case INPUT_COPY -> takeInputs(nic, System.nanoTime());
      case OUTPUT -> takeOutputs(nic, System.nanoTime());
      case INPUT ->
          streams.drain(
              nic, Stream.INPUT, f -> streams.send(nic, Stream.INJECTED, edge.toGuest(nic, f)));
      default -> streams.drain(nic, stream, f -> {});
    }
  }

  private void takeInputs(int nic, long now) {
    ReleaseGate holding = gate;
    streams.drain(
        nic,
        Stream.INPUT_COPY,
        frame -> {
          if (holding != null) {
            link.send(new PacketMessage.Input(nic, frame, holding.input(nic, frame, now)));
          }
        });
  }

  /** What an output rests on was copied before it was sent: so the copies are read after it. */
  private void takeOutputs(int nic, long now) {
    ReleaseGate holding = gate;
    if (holding == null) {
      streams.drain(nic, Stream.OUTPUT, frame -> release(nic, frame));
      return;
    }
    streams.drain(nic, Stream.OUTPUT, outputs::add);
    for (int other = 0; other < streams.nics(); other++) {
      takeInputs(other, now);
    }
    for (Frame frame : outputs) {
      holding.output(nic, frame, now);
    }
    outputs.clear();
  }

  @Override
  public void drain(long now) {
    if (gate != null) {
      gate.stopped();
    }
    for (int nic = 0; nic < streams.nics(); nic++) {
      takeOutputs(nic, now);
      takeInputs(nic, now);
    }
  }

  /** See {@link dev.hacolo.agent.qemu.PacketPath#sealed}. */
  void sealed(boolean certain, long now) {
    seals++;
    sealedAt = now;
    covering = certain;
    resumed = false;
    if (gate != null) {
      gate.sealed(seals - sealsBefore, certain);
    }
    link.send(new PacketMessage.Mark(seals)); // behind the acknowledgements that the gate tells
  }

  /** See {@link dev.hacolo.agent.qemu.PacketPath#continued}. */
  void continued() {
    if (gate != null) {
      gate.continued();
    }
  }

  @Override
  public void resumed(long now) {
    resumed = true;
    checkpointed();
  }

  private void checkpointed() {
    if (covering && resumed && loaded == seals) {
      covering = false;
      if (gate != null) {
        gate.checkpointed(seals - sealsBefore);
        events.synchronised();
      }
    }
  }

  @Override
  public void message(PacketMessage message) {
    if (message instanceof PacketMessage.Loaded m) {
      loaded = m.checkpoint();
      checkpointed();
    } else if (message instanceof PacketMessage.Wanted m) {
      events.checkpointDue(m.cause(), seals);
    } else if (gate != null && message instanceof PacketMessage.Judged m) {
      lag.answered(m.id(), System.nanoTime());
      gate.verdict(m.id(), m.verdict());
    } else if (gate != null && message instanceof PacketMessage.Stable m) {
      gate.inputsStable(m.inputs());
      gate.recordsStable(m.records());
    } else {
      throw new IllegalArgumentException("unexpected on the packet link: " + message);
    }
  }

  @Override
  public void lost(String reason) {
    events.linkLost(reason);
  }

  @Override
  public void tick(long now) {
    leaving.release(now);
    edge.table().tick(now);
    if (gate != null) {
      gate.tick(now);
      if (now - meteredAt > METER_NANOS) {
        meteredAt = now;
        meter.gate(gate, gate.statistics(now));
        meter.lease(gate, leaving.figures());
      }
    }
    if (covering && resumed && now - sealedAt > PATIENCE_NANOS && link.isOpen()) {
      link.close();
      events.linkLost(
          "the secondary's checkpoints are out of step: %d loaded, %d taken"
              .formatted(loaded, seals));
    }
  }

  /**
   * While the secondary VM is milliseconds behind, its answer to a record is not to be had at once:
   * then the record travels with the next input, and B is woken once less.
   */
  @Override
  public void record(OutputRecord record) {
    PacketMessage message = new PacketMessage.Output(record);
    lag.asked(record.id(), System.nanoTime());
    if (lag.isLong() && !record.preReleased()) {
      link.sendWithNext(message);
    } else {
      link.send(message);
    }
  }

  @Override
  public void release(int nic, Frame frame) {
    leaving.add(nic, frame, System.nanoTime());
  }

  private void leave(int nic, Frame frame) {
    streams.send(nic, Stream.RELEASED, edge.toClient(nic, frame));
  }

  @Override
  public void acknowledged(FlowKey flow, int acknowledgement) {
    link.send(new PacketMessage.Acknowledged(flow, acknowledgement));
  }

  @Override
  public void checkpointDue(CheckpointCause cause) {
    events.checkpointDue(cause, seals);
  }

  /** This guest is the only one: everything that waits leaves. */
  void releaseAll() {
    leaving.releaseAll();
    if (gate != null) {
      gate.releaseAll();
      endGate(System.nanoTime());
    }
  }

  private void endGate(long now) {
    if (gate != null) {
      meter.gateEnded(gate, gate.statistics(now));
      meter.leaseEnded(gate, leaving.figures());
      gate = null;
    }
  }

  @Override
  public void close() {
    endGate(System.nanoTime());
    if (content != null) {
      content.close();
    }
    link.close();
  }
}
