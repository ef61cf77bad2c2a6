package dev.hacolo.agent.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.Bytes;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Frames;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.packet.TcpOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Clients that read and write, a primary VM, a secondary VM that is spared reads, a late packet
 * link, checkpoints and a failover, in random order. A request tells what it is, its length and its
 * number, so that a VM which is given anything but whole requests notices. Whatever happens, no
 * difference is found, clients get each answer once and rightly, and the VM that serves in the end
 * has carried out each write once that a client has an answer to.
 */
final class OmissionRandomTest {
  private static final int WORLDS = 150;

  /** A client has acknowledged a piece of an answer behind a whole one. */
  private static final long ONCE_FAILED = 9077143743597365646L;

  private static final int STEPS = 1_200;
  private static final int CONNECTIONS = 3;
  private static final int REQUEST = 7;
  private static final int MOST_ON_THE_WAY = 4;

  /** What one VM has of one connection; positions count from 0, in this VM's numbers. */
  private static final class End {
    int received;
    int sent;
    int stamp; // of the newest segment that it has taken
    byte[] input = new byte[0];
    final List<Integer> written = new ArrayList<>();

    End copy() {
      End copy = new End();
      copy.received = received;
      copy.sent = sent;
      copy.stamp = stamp;
      copy.input = input.clone();
      copy.written.addAll(written);
      return copy;
    }
  }

  private static final class Client {
    int base;
    int primaryBase;
    int secondaryBase;
    int sent;
    int had; // of the guest's stream
    int expected; // end of the answer that it waits for, in the primary's numbers
    boolean waits;
    int request = -1;
    long input;
    byte[] last = new byte[0];
    int lastStamp;
    final List<Byte> stream = new ArrayList<>();
    final List<Integer> confirmed = new ArrayList<>(); // writes that it has an answer to
    @Nullable Runnable held; // an answer that waits for its verdict
  }

  private static byte[] request(int id, boolean read, int length) {
    byte[] bytes = new byte[length];
    bytes[0] = (byte) (read ? 'r' : 'w');
    bytes[1] = (byte) length;
    for (int i = 0; i < 4; i++) {
      bytes[2 + i] = (byte) (id >>> (8 * i));
    }
    bytes[length - 1] = '\n';
    return bytes;
  }

  private static byte[] answer(int id, boolean read) {
    byte[] bytes = new byte[read ? 40 + id % 200 : 8];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (id * 31 + i * 7 + (read ? 1 : 0));
    }
    return bytes;
  }

  private static final class World
      implements InputFeed.Port, OutputComparator.Port, OpenLedger.Port {
    final Random random;
    final ContentDigest digest = new ContentDigest(PairRig.KEY);
    final InputFeed feed = new InputFeed(FeedBounds.DEFAULT, this);
    final OutputComparator comparator =
        new OutputComparator(ComparatorLimits.DEFAULT, digest, this);
    final TranslationTable table = new TranslationTable(f -> {}, 0);
    final List<Client> clients = new ArrayList<>();
    final List<End> primary = new ArrayList<>();
    final List<End> secondary = new ArrayList<>();
    final ArrayDeque<Runnable> link = new ArrayDeque<>();
    final ArrayDeque<Runnable> later = new ArrayDeque<>();
    final List<Runnable> verdicts = new ArrayList<>();
    final ArrayDeque<Frame> onTheWay = new ArrayDeque<>();
    final Packet parsed = new Packet();
    final boolean v6;
    @Nullable OpenLedger ledger;
    long now;
    long inputsAtA;
    long inputsAtB;
    long records;
    long checkpoints;
    int requests;

    World(long seed) {
      random = new Random(seed);
      v6 = random.nextBoolean();
      now = random.nextLong() >> 2;
      feed.tick(now);
      for (int port = 0; port < CONNECTIONS; port++) {
        Client client = new Client();
        client.base = random.nextInt();
        client.primaryBase = random.nextInt();
        client.secondaryBase = client.primaryBase;
        clients.add(client);
        End end = new End();
        end.stamp = (int) (now / 1_000_000);
        primary.add(end);
        secondary.add(end.copy());
        feed.primarySent(flow(port), client.primaryBase);
      }
      checkpoint();
      for (int port = 0; port < CONNECTIONS; port++) {
        if (random.nextBoolean()) {
          open(port);
        }
      }
    }

    Frames segment(int port, boolean fromGuest) {
      String client = v6 ? "2001:db8::9" : "192.0.2.9";
      String guest = v6 ? "2001:db8::1" : "192.0.2.1";
      return fromGuest
          ? Frames.ip(guest, client).tcp(80, 1000 + port)
          : Frames.ip(client, guest).tcp(1000 + port, 80);
    }

    FlowKey flow(int port) {
      Packet packet = new Packet();
      packet.parse(segment(port, true).frame());
      return packet.flow(new FlowKey(), 0, true);
    }

    /** In this epoch, so the two VMs count from ISNs of their own. */
    void open(int port) {
      Client client = clients.get(port);
      client.secondaryBase = random.nextInt();
      input(segment(port, false).flags(Packet.SYN).sequence(client.base - 1), InputHint.NONE);
      int flags = Packet.SYN | Packet.ACK;
      Frames opening = segment(port, true).flags(flags).acknowledgement(client.base);
      parsed.parse(opening.sequence(client.primaryBase - 1).frame());
      record(port, 0, new byte[0], flags, OutputRecord.SynAck.of(parsed), false, -1);
      deliverAll();
      output(opening.sequence(client.secondaryBase - 1).frame());
    }

    void input(Frames frames, InputHint hint) {
      Frame frame = frames.frame();
      long number = ++inputsAtA;
      link.add(
          () -> {
            Packet packet = new Packet();
            packet.parse(frame);
            Omission omission = comparator.omittable(0, packet);
            if (omission != null && feed.omit(omission, now)) {
              comparator.omit(omission);
            }
            comparator.input(0, packet);
            inputsAtB++;
            assertThat(feed.input(0, frame, packet, hint, number, now)).isTrue();
          });
    }

    void record(
        int port,
        int from,
        byte[] content,
        int flags,
        OutputRecord.@Nullable SynAck synAck,
        boolean preReleased,
        long answers) {
      ContentDigest.Value value =
          content.length == 0 ? ContentDigest.Value.EMPTY : digest.of(content, 0, content.length);
      OutputRecord.Stream made =
          new OutputRecord.Stream(
              records++,
              flow(port),
              clients.get(port).primaryBase + from,
              content.length,
              flags,
              value,
              synAck,
              preReleased,
              answers);
      verdicts.add(() -> {});
      link.add(
          () -> {
            if (answers >= 0) {
              feed.primaryAnswered(made.flow(), answers, !preReleased, now);
            }
            feed.primarySent(made.flow(), made.from() + made.length());
            comparator.record(made);
          });
    }

    void output(Frame frame) {
      parsed.parse(frame);
      feed.output(0, parsed, now);
      OpenLedger checking = ledger;
      if (checking == null) {
        comparator.output(0, frame, parsed);
      } else {
        checking.output(0, frame, parsed);
      }
    }

    /** The client asks for the next thing, and says what it has. */
    void ask(int port) {
      Client client = clients.get(port);
      if (client.waits) {
        return;
      }
      boolean read = random.nextInt(5) > 0;
      client.request = requests++;
      client.waits = true;
      client.last = request(client.request, read, REQUEST + random.nextInt(30));
      client.expected = client.had + answer(client.request, read).length;
      say(port, client.sent, client.last, read && random.nextInt(10) > 0);
      client.sent += client.last.length;
      client.input = inputsAtA;
    }

    void say(int port, int from, byte[] content, boolean traceless) {
      Client client = clients.get(port);
      client.lastStamp = (int) (now / 1_000_000);
      Frames made =
          segment(port, false)
              .sequence(client.base + from)
              .acknowledgement(client.primaryBase + client.had)
              .options(TcpOptions.timestamps(client.lastStamp, 0))
              .content(content);
      InputHint.Kind kind = traceless ? InputHint.Kind.TRACELESS_READ : InputHint.Kind.NONE;
      InputHint hint = new InputHint(kind, port);
      if (ledger == null) {
        input(made, hint);
      } else {
        Frame frame = made.frame();
        parsed.parse(frame);
        feed.input(0, frame, parsed, now);
      }
    }

    /** The client sends the same once more, or an acknowledgement alone. */
    void sayAgain(int port) {
      Client client = clients.get(port);
      if (client.waits && random.nextBoolean()) {
        say(port, client.sent - client.last.length, client.last, false);
      } else {
        say(port, client.sent, new byte[0], false);
      }
    }

    /** The primary VM carries out what its client has asked. */
    void primaryAnswers(int port) {
      Client client = clients.get(port);
      End end = primary.get(port);
      if (end.received == client.sent) {
        return;
      }
      end.received = client.sent;
      end.stamp = client.lastStamp;
      boolean read = client.last[0] == 'r';
      byte[] content = answer(client.request, read);
      if (!read) {
        end.written.add(client.request);
      }
      int from = end.sent;
      end.sent += content.length;
      boolean early = read && random.nextInt(8) > 0;
      int cut = random.nextInt(3) == 0 ? 1 + random.nextInt(content.length - 1) : 0;
      long before = answeredBefore(port);
      if (cut > 0) {
        byte[] piece = java.util.Arrays.copyOf(content, cut);
        record(port, from, piece, Packet.ACK, null, early, before);
        arrives(port, from, piece, early);
      }
      byte[] rest = java.util.Arrays.copyOfRange(content, cut, content.length);
      record(port, from + cut, rest, Packet.ACK, null, early, client.input);
      answered.set(port, client.input);
      arrives(port, from + cut, rest, early);
    }

    final List<Long> answered = new ArrayList<>(Collections.nCopies(CONNECTIONS, -1L));

    long answeredBefore(int port) {
      return answered.get(port);
    }

    /** It leaves when B has the record, or when B has found it equal. */
    void arrives(int port, int from, byte[] content, boolean early) {
      Client client = clients.get(port);
      Runnable leaves = () -> clientGets(port, from, content);
      if (early) {
        link.add(() -> later.add(leaves));
      } else {
        Runnable previous = client.held;
        client.held =
            () -> {
              if (previous != null) {
                previous.run();
              }
              leaves.run();
            };
        verdicts.set((int) records - 1, () -> later.add(leaves));
      }
    }

    void clientGets(int port, int from, byte[] content) {
      Client client = clients.get(port);
      for (int i = 0; i < content.length; i++) {
        int at = from + i;
        if (at < client.stream.size()) {
          assertThat(content[i]).as("position %d again", at).isEqualTo(client.stream.get(at));
        } else if (at == client.stream.size()) {
          client.stream.add(content[i]);
        }
      }
      client.had = client.stream.size();
      if (client.waits && client.had >= client.expected) {
        boolean read = client.last[0] == 'r';
        byte[] right = answer(client.request, read);
        for (int i = 0; i < right.length; i++) {
          assertThat(client.stream.get(client.expected - right.length + i)).isEqualTo(right[i]);
        }
        if (!read) {
          client.confirmed.add(client.request);
        }
        client.waits = false;
        client.held = null;
      }
    }

    /** The secondary VM carries out what it was given; sometimes it only acknowledges. */
    void secondaryAnswers(int port, boolean all) {
      Client client = clients.get(port);
      End end = secondary.get(port);
      while (end.input.length > 0) {
        int length = end.input[1];
        assertThat(end.input[0]).as("a request's first byte").isIn((byte) 'r', (byte) 'w');
        assertThat(end.input.length).isGreaterThanOrEqualTo(length);
        assertThat(end.input[length - 1]).isEqualTo((byte) '\n');
        if (!all && random.nextInt(3) == 0) {
          acknowledge(port);
          return;
        }
        int id = 0;
        for (int i = 0; i < 4; i++) {
          id |= (end.input[2 + i] & 0xff) << (8 * i);
        }
        boolean read = end.input[0] == 'r';
        if (!read) {
          end.written.add(id);
        }
        end.input = java.util.Arrays.copyOfRange(end.input, length, end.input.length);
        byte[] content = answer(id, read);
        int cut = random.nextInt(content.length);
        int from = end.sent;
        end.sent += content.length;
        send(port, client, from, java.util.Arrays.copyOf(content, cut));
        send(port, client, from + cut, java.util.Arrays.copyOfRange(content, cut, content.length));
      }
    }

    void send(int port, Client client, int from, byte[] content) {
      output(
          segment(port, true)
              .sequence(client.secondaryBase + from)
              .acknowledgement(client.base + secondary.get(port).received)
              .content(content)
              .frame());
    }

    void acknowledge(int port) {
      send(port, clients.get(port), secondary.get(port).sent, new byte[0]);
    }

    void checkpoint() {
      deliverAll();
      comparator.secondaryStopped();
      feed.secondaryStopped();
      checkpoints++;
      for (int port = 0; port < CONNECTIONS; port++) {
        feed.acknowledged(flow(port), clients.get(port).base + primary.get(port).received);
      }
      comparator.epochMark(checkpoints);
      feed.epochMark(checkpoints);
      for (int port = 0; port < CONNECTIONS; port++) {
        secondary.set(port, primary.get(port).copy());
        clients.get(port).secondaryBase = clients.get(port).primaryBase;
      }
      // What was on its way to the old state reaches the new one.
      onTheWay.forEach(frame -> take(frame, false));
      onTheWay.clear();
      comparator.stateLoaded();
      feed.stateLoaded(checkpoints, now);
      for (Client client : clients) {
        if (client.held != null) {
          later.add(client.held);
        }
      }
      runLater();
    }

    void deliverAll() {
      while (!link.isEmpty()) {
        link.remove().run();
      }
      runLater();
    }

    void runLater() {
      for (Runnable next = later.poll(); next != null; next = later.poll()) {
        next.run();
      }
    }

    void step() {
      now += random.nextInt(6) * 200_000L;
      int port = random.nextInt(CONNECTIONS);
      switch (random.nextInt(20)) {
        case 0, 1, 2, 3, 4 -> ask(port);
        case 5 -> {
          if (random.nextInt(4) == 0) {
            sayAgain(port);
          }
        }
        case 6, 7, 8, 9, 10 -> primaryAnswers(port);
        case 11, 12, 13 -> secondaryAnswers(port, false);
        case 14 -> acknowledge(port);
        case 15 -> {
          if (random.nextInt(10) == 0) {
            checkpoint();
          }
        }
        default -> {
          for (int left = 1 + random.nextInt(4); left > 0 && !link.isEmpty(); left--) {
            link.remove().run();
          }
        }
      }
      runLater();
      feed.tick(now);
    }

    /** The primary VM is gone, and what was not carried is lost. */
    void failover() {
      if (random.nextBoolean()) {
        deliverAll();
      }
      link.clear();
      feed.translations().forEach(table::adopt);
      feed.promoted(now);
      ledger = comparator.takeOver(this, now);
      comparator.unacknowledged(
          (nic, frame) -> {
            Frame own = frame.copy();
            parsed.parse(own);
            java.util.Objects.requireNonNull(ledger).again(nic, own, parsed);
          });
      for (int round = 0; round < 300; round++) {
        now += 10_000_000;
        for (int port = 0; port < CONNECTIONS; port++) {
          Client client = clients.get(port);
          if (!client.waits && client.confirmed.size() < 1_000 && round < 200) {
            ask(port);
          } else if (client.waits && round % 5 == 0) {
            say(port, client.sent - client.last.length, client.last, false);
          }
          secondaryAnswers(port, true);
          acknowledge(port);
        }
        feed.tick(now);
        java.util.Objects.requireNonNull(ledger).tick(now);
      }
    }

    @Override
    public void inject(int nic, Frame frame) {
      Packet packet = new Packet();
      packet.parse(frame);
      if (packet.has(Packet.SYN)) {
        return;
      }
      onTheWay.add(frame.copy());
      if (onTheWay.size() > MOST_ON_THE_WAY) {
        onTheWay.remove();
      }
      take(frame, true);
    }

    /**
     * A segment reaches the secondary VM, that of the state for which it was made or a later one.
     */
    void take(Frame frame, boolean current) {
      Packet packet = new Packet();
      packet.parse(frame);
      int port = packet.flow(new FlowKey(), 0, false).clientPort() - 1000;
      End end = secondary.get(port);
      Client client = clients.get(port);
      int from = packet.sequence() - client.base;
      int length = packet.payloadLength();
      int stamp = Bytes.i32(packet.data(), packet.timestamps());
      boolean old = end.stamp - stamp > 0;
      int acknowledged = packet.acknowledgement() - client.secondaryBase;
      if (current) {
        assertThat(old).as("discarded by PAWS").isFalse();
        assertThat(acknowledged).isLessThanOrEqualTo(end.sent);
      } else if (acknowledged - end.sent > 0) {
        return; // RFC 9293 3.10.7.4
      }
      if (old || length == 0 || from > end.received || from + length <= end.received) {
        return;
      }
      int skipped = end.received - from;
      byte[] more = java.util.Arrays.copyOf(end.input, end.input.length + length - skipped);
      System.arraycopy(
          packet.data(), packet.payload() + skipped, more, end.input.length, length - skipped);
      end.input = more;
      end.received += length - skipped;
      end.stamp = stamp;
    }

    @Override
    public void verdict(long record, Verdict verdict) {
      assertThat(verdict).isEqualTo(Verdict.EQUAL);
      verdicts.get((int) record).run();
    }

    @Override
    public void opened(FlowKey key, OutputRecord.SynAck first, OutputRecord.SynAck second) {
      feed.opened(key, first.sequence() - second.sequence(), 0);
    }

    @Override
    public void checkpointWanted(CheckpointCause cause) {
      throw new AssertionError(cause);
    }

    @Override
    public void release(int nic, Frame frame) {
      Packet packet = new Packet();
      packet.parse(frame);
      table.toClient(nic, frame, packet);
      int port = packet.flow(new FlowKey(), 0, true).clientPort() - 1000;
      Client client = clients.get(port);
      assertThat(packet.acknowledgement() - client.base).isLessThanOrEqualTo(client.sent);
      byte[] content =
          java.util.Arrays.copyOfRange(
              packet.data(), packet.payload(), packet.payload() + packet.payloadLength());
      int from = packet.sequence() - client.primaryBase;
      if (!packet.has(Packet.SYN) && content.length > 0) {
        clientGets(port, from, content);
      }
    }

    @Override
    public void reset(FlowKey key, @Nullable Frame last, int end) {
      throw new AssertionError("reset of " + key);
    }
  }

  private static long run(long seed) {
    World world = new World(seed);
    try {
      for (int i = 0; i < STEPS; i++) {
        world.step();
      }
      world.failover();
      for (int port = 0; port < CONNECTIONS; port++) {
        Client client = world.clients.get(port);
        List<Integer> written = world.secondary.get(port).written;
        assertThat(client.waits).as("client %d waits for ever", port).isFalse();
        assertThat(written).doesNotHaveDuplicates().containsSubsequence(client.confirmed);
      }
    } catch (Throwable e) {
      throw new AssertionError("seed %d".formatted(seed), e);
    }
    return world.feed.statistics().omitted();
  }

  @Test
  void theSecondaryIsSparedReadsAndNobodyNotices() {
    long seed = Long.getLong("seed", new Random().nextLong());
    run(ONCE_FAILED);
    long omitted = 0;
    for (int i = 0; i < WORLDS; i++) {
      omitted += run(seed + i);
    }
    assertThat(omitted).isGreaterThan(10 * WORLDS);
  }
}
