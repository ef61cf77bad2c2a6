package dev.hacolo.agent.proxy;

import dev.hacolo.agent.packet.Bytes;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.qemu.PacketPath.Stream;
import java.io.IOException;
import java.util.Arrays;

/**
 * Full frames of the same content from both VMs on some connections, and the clients'
 * acknowledgements. All that is released is compared with what went in, byte for byte. One thread,
 * which spins.
 */
final class SteadyLoad {
  /** Content of a full frame. */
  static final int FULL = 1460;

  private static final int FRAMES_PER_ACKNOWLEDGEMENT = 4;
  private static final long PATIENCE_NANOS = 20_000_000_000L;
  private static final int FIRST = 1000;

  private final int flows;
  private final int cut;
  private final LoadSocket primary;
  private final LoadSocket secondary;
  private final LoadSocket inputs;
  private final LoadSocket released;
  private final LoadSocket injected;
  private final byte[] ofPrimary = LoadFrames.fromGuest(Packet.ACK, FULL);
  private final byte[] ofSecondary;
  private final byte[] expected = LoadFrames.fromGuest(Packet.ACK, FULL);
  private final byte[] acknowledgement = LoadFrames.fromClient(Packet.ACK, 0);
  // Frames, or bytes of the secondary VM, by connection; over all runs.
  private final int[] sent;
  private final int[] secondarySent;
  private final int[] back;
  private long offered;
  private long arrived;
  private long acknowledged;
  private long given;

  // Of a paced run.
  private long[] sentAt = {};
  private long[] latencies = {};
  private long base;

  /**
   * A load on connections that do not exist before.
   *
   * @param cut bytes of the secondary VM's frames, at most {@link #FULL}
   */
  SteadyLoad(PathPair pair, int flows, int cut) throws IOException {
    this.flows = flows;
    this.cut = cut;
    primary = new LoadSocket(pair.primaryEnds.connection(Stream.OUTPUT));
    inputs = new LoadSocket(pair.primaryEnds.connection(Stream.INPUT_COPY));
    released = new LoadSocket(pair.primaryEnds.connection(Stream.RELEASED));
    secondary = new LoadSocket(pair.secondaryEnds.connection(Stream.OUTPUT));
    injected = new LoadSocket(pair.secondaryEnds.connection(Stream.INJECTED));
    ofSecondary = LoadFrames.fromGuest(Packet.ACK, cut);
    sent = new int[flows];
    secondarySent = new int[flows];
    back = new int[flows];
  }

  /**
   * As fast as it goes: so many frames more, all of which come back.
   *
   * @param frames rounded down to a multiple of the connections
   * @param window frames of a connection that are under way at most, at least 2
   */
  void run(long frames, int window) throws IOException {
    long until = System.nanoTime() + PATIENCE_NANOS;
    int last = (int) (offered / flows + frames / flows);
    while (arrived < (long) last * flows) {
      if (!turn(last, window)) {
        check(until);
        Thread.onSpinWait();
      } else {
        until = System.nanoTime() + PATIENCE_NANOS;
      }
    }
    finish(until);
  }

  private boolean turn(int last, int window) throws IOException {
    for (int flow = 0; flow < flows; flow++) {
      while (sent[flow] < last && sent[flow] - back[flow] < window && hasRoom()) {
        offer(flow, sent[flow] + 1 == last);
      }
    }
    primary.flush();
    secondary.flush();
    return collect();
  }

  private boolean hasRoom() {
    return primary.hasRoom(2 * FULL) && secondary.hasRoom(4 * FULL);
  }

  private void offer(int flow, boolean last) {
    putPrimary(flow);
    int end = sent[flow] * FULL;
    while (end - secondarySent[flow] >= cut) {
      putSecondary(flow, ofSecondary, cut);
    }
    int rest = end - secondarySent[flow];
    if (last && rest > 0) {
      putSecondary(flow, LoadFrames.fromGuest(Packet.ACK, rest), rest);
    }
  }

  private void putPrimary(int flow) {
    int position = sent[flow]++ * FULL;
    LoadFrames.toClient(ofPrimary, flow, FIRST + position, 1);
    primary.put(ofPrimary, LoadFrames.CONTENT, LoadFrames.contentAt(flow, position), FULL);
    offered++;
  }

  private void putSecondary(int flow, byte[] header, int length) {
    int position = secondarySent[flow];
    LoadFrames.toClient(header, flow, FIRST + position, 1);
    secondary.put(header, LoadFrames.CONTENT, LoadFrames.contentAt(flow, position), length);
    secondarySent[flow] += length;
  }

  /**
   * Frames at fixed times.
   *
   * @param frames how many
   * @param interval nanoseconds from one to the next
   * @return nanoseconds from the later of both VMs' writes to the arrival of what was released, in
   *     the order of arrival
   */
  long[] paced(int frames, long interval) throws IOException {
    sentAt = new long[frames];
    latencies = new long[frames];
    base = arrived;
    long next = System.nanoTime();
    long until = next + frames * interval + PATIENCE_NANOS;
    for (int i = 0; i < frames; i++, next += interval) {
      while (System.nanoTime() - next < 0 || !hasRoom()) {
        primary.flush();
        secondary.flush();
        collect();
        check(until);
      }
      offer((int) (offered % flows), true);
      primary.flush();
      sentAt[i] = System.nanoTime();
      secondary.flush();
    }
    finish(until);
    long[] measured = latencies;
    latencies = new long[0];
    return measured;
  }

  private void finish(long until) throws IOException {
    while (arrived < offered
        || given < acknowledged
        || !(inputs.flushed() && primary.flushed() && secondary.flushed())) {
      primary.flush();
      secondary.flush();
      collect();
      check(until);
    }
  }

  private void check(long until) {
    if (System.nanoTime() - until > 0) {
      throw new AssertionError(
          "%d of %d frames came back, %d of %d inputs arrived"
              .formatted(arrived, offered, given, acknowledged));
    }
  }

  private boolean collect() throws IOException {
    boolean any = released.poll(this::released);
    inputs.flush();
    boolean more = injected.poll((data, at, length) -> given++);
    return any || more;
  }

  /** Must be the next one of its connection. */
  private void released(byte[] data, int at, int length) {
    int flow = LoadFrames.clientOf(data, at);
    int position = back[flow] * FULL;
    LoadFrames.toClient(expected, flow, FIRST + position, 1);
    int from = LoadFrames.contentAt(flow, position);
    int content = at + LoadFrames.HEADER;
    if (!Arrays.equals(data, at, content, expected, 0, LoadFrames.HEADER)
        || !Arrays.equals(data, content, at + length, LoadFrames.CONTENT, from, from + FULL)) {
      throw new AssertionError(
          "not frame %d of connection %d: sequence number %d, %d bytes"
              .formatted(
                  back[flow],
                  flow,
                  Bytes.i32(data, at + LoadFrames.TCP + 4) - FIRST,
                  length - LoadFrames.HEADER));
    }
    if (latencies.length > 0) {
      int number = (int) (arrived - base);
      latencies[number] = System.nanoTime() - sentAt[(int) (sequence(flow) - base)];
    }
    arrived++;
    if (++back[flow] % FRAMES_PER_ACKNOWLEDGEMENT == 0 && inputs.hasRoom(LoadFrames.HEADER)) {
      acknowledge(flow);
    }
  }

  /** Paced frames go to the connections in turn. */
  private long sequence(int flow) {
    return (long) back[flow] * flows + flow;
  }

  private void acknowledge(int flow) {
    LoadFrames.ofClient(acknowledgement, flow, 1, FIRST + back[flow] * FULL);
    inputs.put(acknowledgement, LoadFrames.CONTENT, 0, 0);
    acknowledged++;
  }

  /** Frames that came back so far. */
  long arrived() {
    return arrived;
  }
}
