package dev.hacolo.agent.proxy;

import dev.hacolo.agent.packet.Bytes;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.qemu.PacketPath.Stream;
import java.io.IOException;
import java.util.Arrays;

/**
 * Connections that clients open in one epoch, one request and answer on each, and then silence. The
 * two VMs choose other initial numbers. One thread, which spins; client and both guests are here.
 */
final class ManyConnections {
  private static final int UNDER_WAY = 256;
  private static final long PATIENCE_NANOS = 20_000_000_000L;
  private static final int REQUEST = 100;
  private static final int ANSWER = 200;
  private static final int SYN_ACK = Packet.SYN | Packet.ACK;
  private static final int PUSH = Packet.PSH | Packet.ACK;

  private final LoadSocket primary;
  private final LoadSocket secondary;
  private final LoadSocket inputs;
  private final LoadSocket released;
  private final LoadSocket injected;
  private final byte[] syn = LoadFrames.fromClient(Packet.SYN, 0);
  private final byte[] synAck = LoadFrames.fromGuest(SYN_ACK, 0);
  private final byte[] acknowledgement = LoadFrames.fromClient(Packet.ACK, 0);
  private final byte[] request = LoadFrames.fromClient(PUSH, REQUEST);
  private final byte[] answer = LoadFrames.fromGuest(PUSH, ANSWER);
  private final byte[] expected = LoadFrames.fromGuest(PUSH, ANSWER);
  private final byte[] requests;
  private int finished;

  ManyConnections(PathPair pair, int connections) throws IOException {
    primary = new LoadSocket(pair.primaryEnds.connection(Stream.OUTPUT));
    inputs = new LoadSocket(pair.primaryEnds.connection(Stream.INPUT_COPY));
    released = new LoadSocket(pair.primaryEnds.connection(Stream.RELEASED));
    secondary = new LoadSocket(pair.secondaryEnds.connection(Stream.OUTPUT));
    injected = new LoadSocket(pair.secondaryEnds.connection(Stream.INJECTED));
    requests = new byte[connections];
  }

  /** Opens every connection and has its first request answered. */
  void open() throws IOException {
    all(
        client -> {
          input(syn, client, 0, 0, 0);
          guest(synAck, client, 0, 1, 0);
        });
  }

  /** Has one more request answered on every connection. */
  void again() throws IOException {
    all(this::ask);
  }

  private interface Step {
    void begin(int client);
  }

  private void all(Step step) throws IOException {
    finished = 0;
    long until = System.nanoTime() + PATIENCE_NANOS;
    int begun = 0;
    int before = 0;
    while (finished < requests.length || !inputs.flushed()) {
      while (begun < requests.length && begun - finished < UNDER_WAY) {
        step.begin(begun++);
      }
      inputs.flush();
      primary.flush();
      secondary.flush();
      released.poll(this::released);
      injected.poll(this::injected);
      if (finished > before) {
        before = finished;
        until = System.nanoTime() + PATIENCE_NANOS;
      } else if (System.nanoTime() - until > 0) {
        throw new AssertionError("%d of %d connections work".formatted(finished, requests.length));
      }
    }
  }

  private static int isn(int client) {
    return client * 0x9E3779B9;
  }

  private static int secondaryIsn(int client) {
    return client * 0x85EBCA6B + 12_345;
  }

  private static int asked(int count) {
    return 1 + count * REQUEST;
  }

  private static int answered(int count) {
    return 1 + count * ANSWER;
  }

  private void input(byte[] header, int client, int sequence, int position, int length) {
    int from = LoadFrames.contentAt(client, sequence);
    LoadFrames.ofClient(header, client, sequence, position == 0 ? 0 : isn(client) + position);
    inputs.put(header, LoadFrames.CONTENT, from, length);
  }

  /** Both VMs say the same, each in its own numbers. */
  private void guest(byte[] header, int client, int position, int acknowledged, int length) {
    int from = LoadFrames.contentAt(client, position);
    LoadFrames.toClient(header, client, isn(client) + position, acknowledged);
    primary.put(header, LoadFrames.CONTENT, from, length);
    LoadFrames.toClient(header, client, secondaryIsn(client) + position, acknowledged);
    secondary.put(header, LoadFrames.CONTENT, from, length);
  }

  private void ask(int client) {
    int count = requests[client]++;
    input(request, client, asked(count), answered(count), REQUEST);
    guest(answer, client, answered(count), asked(count + 1), ANSWER);
  }

  /** What the client gets. */
  private void released(byte[] data, int at, int length) {
    int client = LoadFrames.clientOf(data, at);
    if ((data[at + LoadFrames.TCP + 13] & Packet.SYN) != 0) {
      input(acknowledgement, client, 1, 1, 0);
      ask(client);
      return;
    }
    int count = requests[client];
    int position = answered(count - 1);
    LoadFrames.toClient(expected, client, isn(client) + position, asked(count));
    int from = LoadFrames.contentAt(client, position);
    int content = at + LoadFrames.HEADER;
    if (!Arrays.equals(data, at, content, expected, 0, LoadFrames.HEADER)
        || !Arrays.equals(data, content, at + length, LoadFrames.CONTENT, from, from + ANSWER)) {
      throw new AssertionError("not answer %d of connection %d".formatted(count, client));
    }
    input(acknowledgement, client, asked(count), answered(count), 0);
    finished++;
  }

  /** What the secondary VM gets: in its own numbers, and nothing that it has not sent. */
  private void injected(byte[] data, int at, int length) {
    if ((data[at + LoadFrames.TCP + 13] & Packet.ACK) == 0) {
      return;
    }
    int client = LoadFrames.clientFrom(data, at);
    int told = Bytes.i32(data, at + LoadFrames.TCP + 8) - secondaryIsn(client);
    if (told < 1 || told > answered(requests[client])) {
      throw new AssertionError(
          "connection %d: the secondary VM is told of position %d".formatted(client, told));
    }
  }
}
