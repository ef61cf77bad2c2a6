package dev.hacolo.agent.proxy;

import dev.hacolo.agent.compare.CheckpointCause;
import dev.hacolo.agent.compare.ComparatorLimits;
import dev.hacolo.agent.compare.FeedBounds;
import dev.hacolo.agent.compare.InputFeed;
import dev.hacolo.agent.compare.Omission;
import dev.hacolo.agent.compare.OutputComparator;
import dev.hacolo.agent.compare.OutputRecord;
import dev.hacolo.agent.compare.Translation;
import dev.hacolo.agent.compare.Verdict;
import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.Checksums;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.qemu.PacketPath.Stream;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Agent B's side: feeds the secondary VM with the primary's inputs and compares what it sends with
 * the primary's output records. Confined to its loop.
 */
final class SecondaryProxy implements Role, PacketLink.Observer, OutputComparator.Port {
  /** An acknowledgement waits so long at most for a verdict to go with. */
  private static final long ACKNOWLEDGE_NANOS = 1_000_000;

  private static final long METER_NANOS = 250_000_000;

  private static final int MAX_ANSWERS = 4096;

  /** So far behind, a secondary VM does better with the primary's state than with its requests. */
  private static final long LAG_NANOS = 400_000_000;

  private final PacketStreams streams;
  private final PacketLink link;
  private final PathMeter meter;
  private final Consumer<String> lost;
  private final PauseWatch pauses;
  private final OutputComparator comparator;
  private final InputFeed feed;
  private final Edge inherited = new Edge(System.nanoTime());
  private final Packet packet = new Packet();
  private final Packet injected = new Packet();
  private final InjectionPacer pacer = new InjectionPacer(new Pace());
  private long inputs;
  private long outputs;
  private long records;
  private long stable;
  private long stableRecords;
  private long marks;
  private long loads;
  private long acknowledgeFrom;
  private boolean acknowledging;

  /** Whether an entry of the ledger came with the messages that are being read. */
  private boolean entered;

  private boolean asked;
  private boolean lagging;
  private long meteredAt;

  /** Records without a verdict that tell which inputs they answer; the oldest go first. */
  private final Map<Long, OutputRecord.Stream> answers =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, OutputRecord.Stream> eldest) {
          return size() > MAX_ANSWERS;
        }
      };

  SecondaryProxy(
      PacketStreams streams,
      PauseWatch pauses,
      PacketLink link,
      byte[] key,
      PathMeter meter,
      Consumer<String> lost) {
    this.pauses = pauses;
    this.meter = meter;
    this.streams = streams;
    this.link = link;
    this.lost = lost;
    this.comparator = new OutputComparator(ComparatorLimits.DEFAULT, new ContentDigest(key), this);
    this.feed =
        new InputFeed(
            FeedBounds.DEFAULT.within(Runtime.getRuntime().maxMemory()),
            (nic, frame) -> pacer.add(nic, frame, asks(frame), System.nanoTime()));
    link.observe(this);
  }

  /** Whether the VM does more with a frame than to note it. */
  private boolean asks(Frame frame) {
    return injected.parse(frame) != Packet.Kind.TCP || injected.sequenceLength() > 0;
  }

  private final class Pace implements InjectionPacer.Port {
    @Override
    public void inject(int nic, Frame frame) {
      streams.send(nic, Stream.INJECTED, frame);
    }

    @Override
    public void callIn(long nanos) {
      link.later(() -> pacer.due(System.nanoTime()), nanos);
    }
  }

  /**
   * A record may be of an output that the primary VM made after a whole checkpoint. Then QEMU had
   * told of this VM's stop before the record was sent: so it is looked for after the record was
   * read, and what the VM said before must not be taken for what it says now.
   */
  @Override
  public void arrived() {
    if (pauses.hasStopped()) {
      drain(System.nanoTime());
    }
  }

  /** See {@link dev.hacolo.agent.qemu.PacketPath#stopped}. */
  void stopped(long stamp, long now) {
    pauses.told(stamp);
    drain(now);
  }

  @Override
  public void message(PacketMessage message) {
    long now = System.nanoTime();
    if (message instanceof PacketMessage.Input m) {
      pacer.together(() -> input(m, now), now);
    } else if (message instanceof PacketMessage.Output m) {
      pacer.together(() -> record(m.record(), now), now);
    } else if (message instanceof PacketMessage.Mark m) {
      marks = m.checkpoint();
      comparator.epochMark(m.checkpoint());
      feed.epochMark(m.checkpoint());
    } else if (message instanceof PacketMessage.Acknowledged m) {
      feed.acknowledged(m.flow(), m.acknowledgement());
    } else if (message instanceof PacketMessage.Inherited m) {
      inherited.table().inherit(m.translation());
    } else if (message instanceof PacketMessage.Forgotten m) {
      inherited.table().remove(m.flow());
    } else {
      throw new IllegalArgumentException("unexpected on the packet link: " + message);
    }
  }

  private void input(PacketMessage.Input m, long now) {
    packet.parse(m.frame());
    omit(m, now);
    comparator.input(m.nic(), packet);
    inputs++;
    if (!feed.input(m.nic(), m.frame(), packet, m.hint(), inputs, now)) {
      // Only a state that the primary reached after this input makes up for it.
      acknowledgeFrom = marks + 1;
    }
  }

  /** What its client has by now. */
  private void omit(PacketMessage.Input m, long now) {
    Omission omission = comparator.omittable(m.nic(), packet);
    if (omission != null && !Checksums.isBroken(m.frame(), packet) && feed.omit(omission, now)) {
      comparator.omit(omission);
    }
  }

  private void record(OutputRecord record, long now) {
    if (record instanceof OutputRecord.Stream r) {
      if (r.answers() >= 0) {
        answers.put(r.id(), r);
        feed.primaryAnswered(r.flow(), r.answers(), !r.preReleased(), now);
      }
      boolean fin = r.has(Packet.FIN);
      feed.primarySent(r.flow(), r.from() + r.length() + (fin ? 1 : 0));
    }
    records++;
    if (!comparator.record(record) && record.preReleased()) {
      acknowledgeFrom = marks + 1;
    }
    entered |= record.preReleased();
  }

  /**
   * Having an input is what is acknowledged; that the VM gets it is the feed's to see to. Outputs
   * with content wait for their verdict anyway, so the acknowledgement may go with it, and waits a
   * moment for one. What is pre-released waits for nothing else.
   */
  @Override
  public void together() {
    if (entered) {
      entered = false;
      acknowledge();
    } else if (inputs != stable && !acknowledging) {
      acknowledging = true;
      link.later(
          () -> {
            acknowledging = false;
            acknowledge();
          },
          ACKNOWLEDGE_NANOS);
    }
  }

  private void acknowledge() {
    if ((inputs != stable || records != stableRecords) && loads >= acknowledgeFrom) {
      stable = inputs;
      stableRecords = records;
      link.send(new PacketMessage.Stable(stable, stableRecords));
    }
  }

  @Override
  public void lost(String reason) {
    lost.accept(reason);
  }

  @Override
  public void readable(int nic, Stream stream) {
    if (stream == Stream.OUTPUT) {
      takeOutputs(nic, System.nanoTime());
    } else {
      // The tap is down: what comes from it is not for the VM.
      streams.drain(nic, stream, frame -> {});
    }
  }

  private void takeOutputs(int nic, long now) {
    long before = outputs;
    pacer.together(() -> read(nic, now), now);
    if (outputs != before) {
      pacer.answered(now);
    }
  }

  private void read(int nic, long now) {
    streams.drain(
        nic,
        Stream.OUTPUT,
        frame -> {
          outputs++;
          packet.parse(frame);
          feed.output(nic, packet, now);
          comparator.output(nic, frame, packet);
        });
  }

  @Override
  public void drain(long now) {
    for (int nic = 0; nic < streams.nics(); nic++) {
      takeOutputs(nic, now);
    }
    comparator.secondaryStopped();
    feed.secondaryStopped();
  }

  @Override
  public void resumed(long now) {
    loads++;
    pacer.loaded();
    // The feed first: connections that the comparator finds opened already are of the new state.
    feed.stateLoaded(loads, now);
    comparator.stateLoaded();
    asked = false;
    lagging = false;
    link.send(new PacketMessage.Loaded(loads));
    acknowledge();
  }

  @Override
  public void tick(long now) {
    if (now - meteredAt > METER_NANOS) {
      meteredAt = now;
      meter.secondary(this, figures());
    }
    pacer.together(() -> feed.tick(now), now);
    if (!asked && feed.checkpointDue()) {
      asked = true;
      checkpointWanted(CheckpointCause.SECONDARY_BOUND);
    }
    if (!lagging && feed.behind(now) > LAG_NANOS) {
      lagging = true;
      checkpointWanted(CheckpointCause.SECONDARY_LAG);
    }
  }

  @Override
  public void verdict(long recordId, Verdict verdict) {
    OutputRecord.Stream record = answers.remove(recordId);
    if (record != null) {
      long now = System.nanoTime();
      pacer.together(() -> feed.bothAnswered(record.flow(), record.answers(), now), now);
    }
    PacketMessage judged = new PacketMessage.Judged(recordId, verdict);
    if (verdict == Verdict.DIFFERENT) {
      // In front of the acknowledgement with which an entry of the ledger would leave.
      link.send(judged);
      acknowledge();
    } else {
      acknowledge();
      link.send(judged);
    }
  }

  @Override
  public void opened(FlowKey flow, OutputRecord.SynAck primary, OutputRecord.SynAck secondary) {
    feed.opened(
        flow,
        primary.sequence() - secondary.sequence(),
        primary.timestamp() - secondary.timestamp());
  }

  @Override
  public void checkpointWanted(CheckpointCause cause) {
    link.send(new PacketMessage.Wanted(cause));
  }

  /**
   * The VM serves. What it has sent and no client acknowledged is sent again: clients wait for it,
   * and only for a time-out of theirs or of the VM's.
   */
  ServingProxy promoted(long now) {
    Edge edge = new Edge(now);
    for (Translation inheritance : inherited.translations()) {
      edge.table().inherit(inheritance);
    }
    for (Translation opened : feed.translations()) {
      edge.table().adopt(opened);
    }
    Map<FlowKey, Integer> before = new HashMap<>();
    inherited.translations().forEach(t -> before.put(t.flow(), t.timestampDelta()));
    feed.echoes((flow, stamp) -> edge.table().noteSent(flow, stamp + before.getOrDefault(flow, 0)));
    pacer.end(now);
    feed.promoted(now);
    ServingProxy serving = new ServingProxy(streams, edge, inherited, feed);
    serving.check(comparator.takeOver(serving, now));
    comparator.unacknowledged((nic, frame) -> serving.again(nic, frame.copy()));
    return serving;
  }

  private SecondaryFigures figures() {
    return new SecondaryFigures(feed.statistics(), comparator.statistics());
  }

  @Override
  public void close() {
    meter.secondaryEnded(this, figures());
    link.close();
  }
}
