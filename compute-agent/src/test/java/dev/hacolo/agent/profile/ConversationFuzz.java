package dev.hacolo.agent.profile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fuzz target: a dialogue of any bytes. The first byte chooses the service (m, r or h); 0xfe
 * changes between client and guest, the client first; 0xfd cuts. What is found must be in range,
 * and the same as when every byte comes alone. The seeds are turns of {@link Turns} and from the
 * scenarios.
 */
public final class ConversationFuzz {
  private static final byte TURN = (byte) 0xfe;
  private static final byte CUT = (byte) 0xfd;

  private ConversationFuzz() {}

  /** Called by Jazzer and by the tests of the seeds. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    String service =
        switch (input[0]) {
          case 'm' -> "memcached";
          case 'r' -> "redis";
          default -> "http";
        };
    Follower cut = new Follower(service, input.length);
    Follower single = new Follower(service, input.length);
    boolean client = true;
    int from = 1;
    for (int at = 1; at <= input.length; at++) {
      boolean end = at == input.length || input[at] == TURN || input[at] == CUT;
      if (end) {
        byte[] piece = Arrays.copyOfRange(input, from, at);
        cut.take(client, piece, piece.length);
        single.take(client, piece, 1);
        single.comparesTo(cut);
        client ^= at < input.length && input[at] == TURN;
        from = at + 1;
      }
    }
  }

  /** Follows the dialogue in one way of cutting it. */
  private static final class Follower {
    private final Conversation conversation;
    private final List<String> told = new ArrayList<>();

    /** For each byte of the guest, the context in which it may be pre-released as a body. */
    private final long[] contexts;

    private int answered;
    private boolean wasUnderstood = true;

    Follower(String service, int size) {
      conversation = Profiles.of(service).conversation(Profiles.KEY);
      contexts = new long[size];
    }

    void take(boolean client, byte[] piece, int step) {
      for (int at = 0; at < piece.length; at += step) {
        int length = Math.min(step, piece.length - at);
        if (client) {
          client(piece, at, length);
        } else {
          guest(piece, at, length);
        }
        check(conversation.outstanding() <= Bounds.PIPELINE, "too many outstanding");
        check(wasUnderstood || !conversation.understood(), "understood again");
        wasUnderstood = conversation.understood();
      }
      int[] count = {0};
      conversation.replay(request -> count[0]++);
      check(count[0] == conversation.outstanding(), "replay tells of %d".formatted(count[0]));
    }

    private void client(byte[] piece, int at, int length) {
      int before = told.size();
      int[] calls = {0};
      conversation.client(
          piece,
          at,
          length,
          request -> {
            calls[0]++;
            if (request.known()) {
              told.add(request + " " + request.subject());
            }
          });
      check(conversation.understood() || told.size() > before, "nothing told");
      check(calls[0] >= told.size() - before, "calls");
    }

    private void guest(byte[] piece, int at, int length) {
      int outstanding = conversation.outstanding();
      Stretch s = conversation.guest(piece, at, length);
      if (s.bodyLength() > 0) {
        check(s.bodyOffset() >= at, "body before the segment");
        check(s.bodyOffset() + s.bodyLength() <= at + length, "body behind the segment");
        check(s.bodyPosition() >= 0, "position");
        check(s.bodyPosition() + s.bodyLength() <= s.bodyTotal(), "behind the body's end");
        check(s.bodyTotal() <= Bounds.BODY, "total");
      }
      if (s.candidate()) {
        check(s.bodyLength() > 0 && outstanding == 1, "candidate");
        check(conversation.understood(), "candidate of a lost connection");
        int first = answered + s.bodyOffset() - at;
        Arrays.fill(contexts, first, first + s.bodyLength(), s.context());
      }
      answered += length;
    }

    /** Finer cuts find at least the same. */
    void comparesTo(Follower coarser) {
      check(wasUnderstood == coarser.wasUnderstood, "understood");
      check(!wasUnderstood || told.size() == coarser.told.size(), "number of requests");
      if (wasUnderstood) {
        check(told.equals(coarser.told), "requests %s, %s".formatted(told, coarser.told));
        check(
            conversation.outstanding() == coarser.conversation.outstanding(),
            "number of outstanding requests");
      }
      for (int i = 0; i < answered && wasUnderstood; i++) {
        long other = coarser.contexts[i];
        check(other == 0 || other == contexts[i], "byte %d of the guest".formatted(i));
      }
    }

    private static void check(boolean good, String what) {
      if (!good) {
        throw new AssertionError(what);
      }
    }
  }
}
