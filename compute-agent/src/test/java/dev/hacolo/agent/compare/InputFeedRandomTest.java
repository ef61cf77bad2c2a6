package dev.hacolo.agent.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Frames;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.packet.TcpOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Clients, a primary and a secondary VM, and a packet link that is late, in random order. What is
 * copied to the secondary VM may wait in a queue in front of the primary VM, also while that stands
 * for a checkpoint, and is taken and acknowledged later. A guest sends a position only after it has
 * received that many, like a server that is asked. Whatever happens, the secondary VM's end of each
 * connection has the client's whole stream in the end.
 */
final class InputFeedRandomTest {
  private static final int WORLDS = 120;
  private static final int STEPS = 1_500;
  private static final int SCALE = 3;
  private static final int LOSS = 10; // percent of what is injected

  private static final class Client {
    final int base;
    int sent;
    int acknowledged; // of the guest's stream

    Client(int base) {
      this.base = base;
    }
  }

  /** One run. */
  private static final class World implements InputFeed.Port {
    final Random random;
    final boolean v6;
    final InputFeed feed = new InputFeed(FeedBounds.DEFAULT, this);
    final List<Client> clients = new ArrayList<>();
    final List<SimulatedGuest> primary = new ArrayList<>();
    List<SimulatedGuest> secondary = new ArrayList<>();
    List<SimulatedGuest> checkpoint = List.of();
    final ArrayDeque<Runnable> link = new ArrayDeque<>();
    final ArrayDeque<Runnable> queue = new ArrayDeque<>(); // in front of the primary VM
    final ArrayDeque<Runnable> answers = new ArrayDeque<>();
    final Packet parsed = new Packet();
    long now;
    long checkpoints;
    boolean stopped;
    boolean promoted;
    final int speed; // of the link

    World(long seed) {
      random = new Random(seed);
      v6 = random.nextBoolean();
      now = random.nextLong();
      speed = 2 + random.nextInt(10);
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

    int stamp() {
      return (int) (now / 1_000_000);
    }

    void open() {
      settle();
      int port = clients.size();
      Client client = new Client(random.nextInt());
      SimulatedGuest first = new SimulatedGuest(port, random.nextInt());
      SimulatedGuest second = new SimulatedGuest(port, random.nextInt());
      clients.add(client);
      primary.add(first);
      secondary.add(second);
      input(segment(port, false).flags(Packet.SYN).sequence(client.base - 1));
      parsed.parse(
          segment(port, true)
              .flags(Packet.SYN | Packet.ACK)
              .sequence(second.base - 1)
              .acknowledgement(client.base)
              .options(TcpOptions.windowScale(SCALE))
              .frame());
      feed.output(0, parsed, now);
      feed.opened(flow(port), first.base - second.base, 0);
      feed.primarySent(flow(port), first.base);
    }

    /** All that is under way arrives; also the state that is being loaded. */
    void settle() {
      takeQueue();
      if (stopped) {
        load();
      }
      while (!link.isEmpty()) {
        deliver();
      }
    }

    void input(Frames frames) {
      Frame frame = frames.frame();
      Packet packet = new Packet();
      packet.parse(frame);
      assertThat(feed.input(0, frame, packet, now)).isTrue();
      answer();
    }

    void deliver() {
      Runnable next = link.poll();
      if (next != null) {
        next.run();
        answer();
      }
    }

    void clientSends(int port, int from, int length, boolean fin) {
      Client client = clients.get(port);
      SimulatedGuest guest = promoted ? secondary.get(port) : primary.get(port);
      byte[] content = new byte[length];
      for (int i = 0; i < length; i++) {
        content[i] = SimulatedGuest.content(port, from + i);
      }
      int base = primary.get(port).base;
      Frames made =
          segment(port, false)
              .sequence(client.base + from)
              .acknowledgement(base + client.acknowledged)
              .flags(fin ? Packet.ACK | Packet.FIN : Packet.ACK)
              .options(TcpOptions.timestamps(stamp(), 0))
              .content(content);
      int end = from + length + (fin ? 1 : 0);
      client.sent = Math.max(client.sent, end);
      if (promoted) {
        input(made);
        return;
      }
      queue.add(
          () -> {
            if (from <= guest.received) {
              guest.received = Math.max(guest.received, end);
            }
          });
      link.add(() -> input(made));
    }

    void takeQueue() {
      for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
        next.run();
      }
    }

    void step() {
      now += random.nextInt(8) * 1_000_000L;
      int port = random.nextInt(clients.size());
      if (!stopped && random.nextInt(3) == 0) {
        takeQueue();
      }
      Client client = clients.get(port);
      switch (random.nextInt(16)) {
        case 0, 1, 2, 3 -> clientSends(port, client.sent, 1 + random.nextInt(1400), false);
        case 4 -> {
          int from = random.nextInt(client.sent + 1);
          int length = Math.min(client.sent - from, 1 + random.nextInt(1400));
          clientSends(port, from, length, false);
        }
        case 5, 6 -> {
          int sent = primary.get(port).sent;
          client.acknowledged += random.nextInt(sent - client.acknowledged + 1);
          clientSends(port, client.sent, 0, false);
        }
        case 7, 8 -> primarySends(port);
        case 9, 10 -> secondarySends(port);
        case 11 -> {
          secondary.get(port).window = random.nextInt(3) == 0 ? 0 : random.nextInt(30_000);
          secondaryAnswers(port);
        }
        case 12 -> checkpoint();
        case 13 -> {
          if (clients.size() < 5 && random.nextInt(20) == 0) {
            open();
          }
        }
        default -> {
          for (int i = 0; i < speed; i++) {
            deliver();
          }
        }
      }
      answer();
      feed.tick(now);
      answer();
    }

    void primarySends(int port) {
      SimulatedGuest guest = primary.get(port);
      guest.sent = Math.min(guest.received, guest.sent + random.nextInt(3_000));
      guest.acknowledged = clients.get(port).acknowledged;
      int end = guest.base + guest.sent;
      link.add(() -> feed.primarySent(flow(port), end));
    }

    void secondarySends(int port) {
      SimulatedGuest guest = secondary.get(port);
      if (stopped) {
        return;
      }
      int from = guest.sent;
      int most = Math.min(guest.received, primary.get(port).sent);
      int room = Math.max(0, Math.min(most, guest.acknowledged + 20_000) - from);
      int length = Math.min(room, random.nextInt(3_000));
      if (length == 0 && guest.acknowledged < guest.sent) {
        from = guest.acknowledged; // a repetition
        length = Math.min(guest.sent - from, 1_400);
      }
      guest.sent = Math.max(guest.sent, from + length);
      output(guest, from, length);
    }

    void secondaryAnswers(int port) {
      if (!stopped) {
        output(secondary.get(port), secondary.get(port).sent, 0);
      }
    }

    void output(SimulatedGuest guest, int from, int length) {
      Frames made =
          segment(guest.port, true)
              .sequence(guest.base + from)
              .acknowledgement(clients.get(guest.port).base + guest.received)
              .window(guest.window >> SCALE)
              .content(new byte[length]);
      parsed.parse(made.frame());
      feed.output(0, parsed, now);
    }

    void checkpoint() {
      if (stopped) {
        load();
      } else if (random.nextInt(4) == 0) {
        stopped = true;
        feed.secondaryStopped();
        checkpoints++;
        long k = checkpoints;
        checkpoint = primary.stream().map(SimulatedGuest::copy).toList();
        tellAcknowledgements();
        link.add(() -> feed.epochMark(k));
      }
    }

    /** In front of a mark; none at an uncertain seal, and not those that the agent forgot. */
    void tellAcknowledgements() {
      boolean certain = random.nextInt(4) != 0;
      for (int port = 0; port < clients.size(); port++) {
        FlowKey flow = flow(port);
        int end = clients.get(port).base + primary.get(port).received;
        if (certain && random.nextInt(8) != 0) {
          link.add(() -> feed.acknowledged(flow, end));
        }
      }
    }

    void load() {
      stopped = false;
      secondary = new ArrayList<>(checkpoint);
      feed.stateLoaded(checkpoints, now);
      answer();
    }

    /** Not from within the port. */
    void answer() {
      for (int left = 10_000; !answers.isEmpty(); left--) {
        assertThat(left).as("answers to answers").isPositive();
        answers.remove().run();
      }
    }

    @Override
    public void inject(int nic, Frame frame) {
      if (stopped) {
        fail("injected into a stopped guest");
      }
      Packet packet = new Packet();
      assertThat(packet.parse(frame)).isEqualTo(Packet.Kind.TCP);
      int port = packet.flow(new FlowKey(), 0, false).clientPort() - 1000;
      boolean lost = random.nextInt(100) < LOSS;
      if (!lost && !packet.has(Packet.SYN)) {
        if (secondary.get(port).take(packet, clients.get(port).base)) {
          answers.add(() -> secondaryAnswers(port));
        }
      }
    }

    /** The end: everybody says what is left, and the secondary VM reads on. */
    void finish(boolean failover) {
      if (failover) {
        if (random.nextBoolean()) {
          takeQueue();
        }
        queue.clear();
        while (!link.isEmpty()) {
          deliver();
        }
        stopped = false;
        promoted = true;
        feed.promoted(now);
        answer();
      }
      for (int port = 0; port < clients.size(); port++) {
        clientSends(port, clients.get(port).sent, 100, true);
      }
      if (!failover) {
        settle();
      }
      for (int round = 0; round < 4_000 && !done(); round++) {
        now += 10_000_000;
        feed.tick(now);
        answer();
        for (int port = 0; port < clients.size(); port++) {
          secondary.get(port).window = 30_000;
          secondarySends(port);
          secondaryAnswers(port);
          answer();
          clientRepeats(port);
        }
      }
    }

    /** After promotion, what the primary VM had never acknowledged. */
    void clientRepeats(int port) {
      int from = secondary.get(port).received;
      Client client = clients.get(port);
      if (promoted && from >= primary.get(port).received && from < client.sent) {
        int length = Math.min(1_400, client.sent - 1 - from);
        clientSends(port, from, length, from + length == client.sent - 1);
      }
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(promoted ? "promoted" : "loaded").append('\n');
      for (int port = 0; port < clients.size(); port++) {
        Client client = clients.get(port);
        SimulatedGuest first = primary.get(port);
        SimulatedGuest second = secondary.get(port);
        text.append("%d: client %d a%d ".formatted(port, client.sent, client.acknowledged))
            .append("primary %d s%d ".formatted(first.received, first.sent))
            .append(
                "secondary %d s%d a%d\n"
                    .formatted(second.received, second.sent, second.acknowledged));
      }
      return text.append(feed.statistics()).toString();
    }

    /** Frees all that was kept in case that a state lacks it. */
    void checkpointWithAcknowledgements() {
      if (!promoted) {
        feed.secondaryStopped();
        for (int port = 0; port < clients.size(); port++) {
          int end = clients.get(port).base + primary.get(port).received;
          feed.acknowledged(flow(port), end);
        }
        feed.epochMark(checkpoints + 1);
        feed.stateLoaded(checkpoints + 1, now);
      }
    }

    boolean done() {
      for (int port = 0; port < clients.size(); port++) {
        SimulatedGuest guest = secondary.get(port);
        boolean all =
            guest.received == clients.get(port).sent
                && guest.acknowledged >= clients.get(port).acknowledged;
        if (!all) {
          return false;
        }
      }
      return feed.idle();
    }
  }

  @Test
  void theSecondaryGetsEveryStreamWholly() {
    long seed = Long.getLong("seed", new Random().nextLong());
    for (int i = 0; i < WORLDS; i++) {
      run(seed + i);
    }
  }

  private static void run(long seed) {
    World world = new World(seed);
    try {
      world.open();
      for (int i = 0; i < STEPS; i++) {
        world.step();
      }
      world.finish(world.random.nextBoolean());
      assertThat(world.done()).as(world::toString).isTrue();
      world.checkpointWithAcknowledgements();
      assertThat(world.feed.statistics().heldBytes()).isZero();
      assertThat(world.feed.statistics().refused()).isZero();
    } catch (Throwable e) {
      throw new AssertionError("seed %d".formatted(seed), e);
    }
  }
}
