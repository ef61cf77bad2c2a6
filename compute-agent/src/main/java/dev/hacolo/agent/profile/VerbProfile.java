package dev.hacolo.agent.profile;

import org.jspecify.annotations.Nullable;

/**
 * What a profile says of one verb.
 *
 * @param verb the word, or two words with a space between them where the second one decides
 * @param effect what it does
 * @param answer how it is answered
 * @param subject which argument names the thing that it is about, counted from 1 behind the verb; 0
 *     for none. With HTTP the target of a request is its subject, whatever stands here
 * @param leastArguments fewest arguments; with fewer it is order-sensitive
 * @param mostArguments most arguments; with more it is order-sensitive
 * @param block which argument is the length of a block of data that follows the line; 0 for none
 *     (memcached)
 * @param noreply whether a last argument {@code noreply} suppresses the answer (memcached)
 * @param session whether later answers on the same connection depend on it, as on a chosen database
 *     (RESP)
 */
public record VerbProfile(
    String verb,
    Effect effect,
    Answer answer,
    int subject,
    int leastArguments,
    int mostArguments,
    int block,
    boolean noreply,
    boolean session) {
  /** Most arguments where a profile does not limit them. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /** What is wrong with this verb in a framing, or null. */
  @Nullable String problem(Framing framing) {
    if (!framing.answers().contains(answer)) {
      return "answer '%s' does not occur in framing %s".formatted(answer.word(), framing.word());
    }
    if (answer == Answer.BODY && effect != Effect.READ) {
      return "answer 'body' needs effect 'read'";
    }
    if (effect == Effect.OVERWRITE && subject == 0 && framing != Framing.HTTP) {
      return "effect 'overwrite' needs a subject";
    }
    if (subject > leastArguments || block > leastArguments) {
      return "at_least must reach subject and block";
    }
    if (leastArguments > mostArguments) {
      return "at_least is more than at_most";
    }
    return misplaced(framing);
  }

  private @Nullable String misplaced(Framing framing) {
    if (framing != Framing.MEMCACHED_TEXT && (block > 0 || noreply)) {
      return "block and noreply belong to framing memcached-text";
    }
    if (framing != Framing.RESP && session) {
      return "session belongs to framing resp";
    }
    if (framing == Framing.HTTP && (subject > 0 || leastArguments > 0 || bounded())) {
      return "subject, at_least and at_most do not occur in framing http";
    }
    return null;
  }

  private boolean bounded() {
    return mostArguments != UNLIMITED;
  }

  /** Whether a request with so many arguments is what the profile means. */
  boolean takes(int arguments) {
    return arguments >= leastArguments && arguments <= mostArguments;
  }
}
