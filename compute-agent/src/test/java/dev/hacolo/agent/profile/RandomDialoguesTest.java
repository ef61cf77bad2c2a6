package dev.hacolo.agent.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same dialogue, cut once more at every byte, at all bytes, and by chance: requests, the end
 * and each segment are what the dialogue's maker says, whatever the cuts. A candidate has only
 * bytes of a body and of the template, and everything that may be a candidate is one.
 *
 * <p>{@code -Ddialogues=100000 -Dseed=N} (in {@code test.argLine}) is the long form.
 */
final class RandomDialoguesTest {
  private static final int DIALOGUES = Integer.getInteger("dialogues", 100);
  private static final long SEED = Long.getLong("seed", System.nanoTime());

  private final Map<Long, String> identities = new HashMap<>();
  private final Map<String, Long> contexts = new HashMap<>();
  private final Map<String, Long> framings = new HashMap<>();
  private long candidates;

  @ParameterizedTest
  @ValueSource(strings = {"memcached", "redis", "http"})
  void theFindingsDoNotDependOnTheCuts(String service) {
    long cuts = 0;
    for (int i = 0; i < DIALOGUES; i++) {
      long seed = SEED + i;
      Random random = new Random(seed);
      Dialogue dialogue = new Dialogue(random, Turns.of(service, random));
      try {
        cuts += all(service, dialogue, random);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("%s, seed %d".formatted(service, seed), e);
      }
    }
    System.out.printf(
        "RandomDialoguesTest: seed %d, %s, %d cuts, %d candidates%n",
        SEED, service, cuts, candidates);
    assertThat(candidates).isPositive();
    assertThat(identities).hasSameSizeAs(contexts);
  }

  private long all(String service, Dialogue dialogue, Random random) {
    int size = dialogue.client.length + dialogue.guest.length;
    for (int cut = 0; cut < size; cut++) {
      new Run(service, dialogue).play(new TreeSet<>(List.of(cut)));
    }
    TreeSet<Integer> everywhere = new TreeSet<>();
    TreeSet<Integer> some = new TreeSet<>();
    for (int cut = 0; cut < size; cut++) {
      everywhere.add(cut);
      if (random.nextInt(20) == 0) {
        some.add(cut);
      }
    }
    new Run(service, dialogue).play(everywhere);
    new Run(service, dialogue).play(some);
    return size + 2L;
  }

  /** One way to cut. */
  private final class Run {
    private final Dialogue dialogue;
    private final Conversation conversation;
    private final List<String> told = new ArrayList<>();
    private int sent;
    private int answered;

    Run(String service, Dialogue dialogue) {
      this.dialogue = dialogue;
      this.conversation = Profiles.of(service).conversation(Profiles.KEY);
    }

    /** Cuts are counted through both streams, as they are interleaved. */
    void play(NavigableSet<Integer> cuts) {
      boolean fromClient = true;
      int at = 0;
      for (int run : dialogue.runs) {
        int end = at + run;
        while (at < end) {
          Integer cut = cuts.higher(at);
          int next = cut == null ? end : Math.min(end, cut);
          if (fromClient) {
            client(next - at);
          } else {
            guest(next - at);
          }
          at = next;
        }
        fromClient = !fromClient;
      }
      finish();
    }

    private void client(int length) {
      conversation.client(dialogue.client, sent, length, this::request);
      sent += length;
      outstanding();
    }

    private void request(Request request) {
      if (request.known()) {
        told.add(request.toString());
      } else {
        assertThat(request.effect()).isEqualTo(Effect.ORDER_SENSITIVE);
        assertThat(request.number()).isEqualTo(told.size());
      }
    }

    private void outstanding() {
      assertThat(conversation.understood()).isTrue();
      assertThat(conversation.outstanding()).isEqualTo(dialogue.outstanding(sent, answered));
      List<Request> replayed = new ArrayList<>();
      conversation.replay(replayed::add);
      assertThat(replayed).hasSize(conversation.outstanding());
    }

    private void guest(int length) {
      boolean alone = dialogue.outstanding(sent, answered) == 1;
      Stretch stretch = conversation.guest(dialogue.guest, answered, length);
      StringBuilder kinds = new StringBuilder();
      TreeSet<Integer> bodies = new TreeSet<>();
      for (int i = answered; i < answered + length; i++) {
        kinds.append(dialogue.kindAt(i));
        if (dialogue.kindAt(i) == 'B') {
          bodies.add(dialogue.turnAt(i));
        }
      }
      boolean clean = kinds.indexOf("-") < 0 && kinds.indexOf("H") < 0 && kinds.indexOf("B") >= 0;
      assertThat(stretch.candidate()).as("%s", kinds).isEqualTo(alone && clean);
      assertThat(stretch.headed()).as("%s", kinds).isEqualTo(alone && isHeaded(kinds.toString()));
      candidates += stretch.candidate() ? 1 : 0;
      if (bodies.size() == 1) {
        body(stretch, bodies.first(), kinds.toString());
      } else {
        assertThat(stretch.bodyLength()).isZero();
      }
      answered += length;
      outstanding();
    }

    /** A whole head, and perhaps some of its body. */
    private boolean isHeaded(String kinds) {
      if (!kinds.matches("H+B*")) {
        return false;
      }
      int number = dialogue.turnAt(answered);
      int whole = dialogue.turns.get(number).bodyStart();
      boolean begins = answered == dialogue.answerStart(number);
      return begins && kinds.chars().filter(k -> k == 'H').count() == whole;
    }

    private void body(Stretch stretch, int number, String kinds) {
      Turn turn = dialogue.turns.get(number);
      int first = answered + kinds.indexOf('B');
      assertThat(stretch.bodyOffset()).isEqualTo(first);
      assertThat(stretch.bodyLength()).isEqualTo((int) kinds.chars().filter(k -> k == 'B').count());
      assertThat(stretch.bodyTotal()).isEqualTo(turn.total());
      assertThat(stretch.bodyPosition())
          .isEqualTo(first - dialogue.answerStart(number) - turn.bodyStart());
      String identity = turn.identity();
      assertThat(stretch.context())
          .isEqualTo(contexts.computeIfAbsent(identity, i -> stretch.context()));
      assertThat(identities.computeIfAbsent(stretch.context(), c -> identity)).isEqualTo(identity);
      assertThat(stretch.framing())
          .isEqualTo(framings.computeIfAbsent(turn.free(), f -> stretch.framing()));
    }

    private void finish() {
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < dialogue.turns.size(); i++) {
        expected.add(i + " " + dialogue.turns.get(i).effect().word());
      }
      assertThat(told).isEqualTo(expected);
    }
  }
}
