package dev.hacolo.agent.profile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A dialogue made of {@link Turn}s, the two streams interleaved by chance: a guest does not answer
 * what has not come completely. It knows what a {@link Conversation} has to find, without parsing.
 */
final class Dialogue {
  final List<Turn> turns = new ArrayList<>();
  final byte[] client;
  final byte[] guest;
  private final int[] requestEnds;
  private final int[] answerEnds;

  /** Runs of bytes in turn: of the client, of the guest, of the client, ... */
  final List<Integer> runs = new ArrayList<>();

  Dialogue(Random random, Turns made) {
    ByteArrayOutputStream c = new ByteArrayOutputStream();
    ByteArrayOutputStream g = new ByteArrayOutputStream();
    int count = 1 + random.nextInt(12);
    requestEnds = new int[count];
    answerEnds = new int[count];
    for (int i = 0; i < count; i++) {
      Turn turn = made.next();
      turns.add(turn);
      c.writeBytes(turn.request().getBytes(ISO_8859_1));
      g.writeBytes(turn.answer().getBytes(ISO_8859_1));
      requestEnds[i] = c.size();
      answerEnds[i] = g.size();
    }
    client = c.toByteArray();
    guest = g.toByteArray();
    interleave(random);
  }

  private void interleave(Random random) {
    int sent = 0;
    int answered = 0;
    while (sent < client.length || answered < guest.length) {
      int more = Math.min(client.length - sent, run(random));
      int whole = requestEnd(sent);
      // Most clients send whole requests.
      more = random.nextInt(4) > 0 ? Math.min(whole, client.length) - sent : more;
      runs.add(more);
      sent += more;
      int may = mayAnswer(sent) - answered;
      int reply = random.nextInt(3) > 0 ? may : Math.min(may, run(random));
      runs.add(reply);
      answered += reply;
    }
  }

  private static int run(Random random) {
    return random.nextInt(random.nextBoolean() ? 6 : 200);
  }

  private int requestEnd(int sent) {
    for (int end : requestEnds) {
      if (end > sent) {
        return end;
      }
    }
    return client.length;
  }

  /** How far the guest may have answered. */
  private int mayAnswer(int sent) {
    int may = 0;
    for (int i = 0; i < requestEnds.length && requestEnds[i] <= sent; i++) {
      may = answerEnds[i];
    }
    return may;
  }

  /** How many requests are outstanding. */
  int outstanding(int sent, int answered) {
    int begun = 0;
    int done = 0;
    for (int i = 0; i < requestEnds.length; i++) {
      boolean begins = (i == 0 ? 0 : requestEnds[i - 1]) < sent;
      begun += begins ? 1 : 0;
      if (!turns.get(i).answer().isEmpty() && answerEnds[i] <= answered) {
        done = i + 1;
      }
    }
    return begun - done;
  }

  /** The turn to whose answer a byte of the guest belongs. */
  int turnAt(int position) {
    int turn = 0;
    while (answerEnds[turn] <= position) {
      turn++;
    }
    return turn;
  }

  /** What a byte of the guest is: see {@link Turn#kinds}. */
  char kindAt(int position) {
    int turn = turnAt(position);
    return turns.get(turn).kinds().charAt(position - answerStart(turn));
  }

  int answerStart(int turn) {
    return turn == 0 ? 0 : answerEnds[turn - 1];
  }
}
