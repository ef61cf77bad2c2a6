package dev.hacolo.agent.report;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Function;

/**
 * Asks several who would all give the same answer, until one has: the next is asked when one has
 * failed, or has kept silent for a while. Who answered last is asked first. What is asked must be
 * idempotent, for several may carry it out. Event-loop confined.
 */
final class FirstAnswer<Q, A> {
  /**
   * Longer than an answer takes, much shorter than the time after which a silent one has failed.
   */
  static final long PATIENCE_MILLIS = 250;

  private final Vertx vertx;
  private final List<Function<Q, Future<A>>> all;
  private int preferred;

  /**
   * Asks nobody yet.
   *
   * @param all at least one; each answers or fails within some seconds
   */
  FirstAnswer(Vertx vertx, List<Function<Q, Future<A>>> all) {
    this.vertx = vertx;
    this.all = List.copyOf(all);
  }

  /** The first answer; fails when all have failed, as the last of them did. */
  Future<A> ask(Q question) {
    Race race = new Race(question, preferred);
    race.askNext();
    return race.first.future();
  }

  private final class Race {
    private final Q question;
    private final int begin;
    private final Promise<A> first = Promise.promise();
    private int asked;
    private int open;

    Race(Q question, int begin) {
      this.question = question;
      this.begin = begin;
    }

    void askNext() {
      if (asked == all.size() || first.future().isComplete()) {
        return;
      }
      int who = (begin + asked++) % all.size();
      open++;
      long timer = vertx.setTimer(PATIENCE_MILLIS, t -> askNext());
      all.get(who)
          .apply(question)
          .onComplete(
              answer -> {
                open--;
                if (answer.succeeded()) {
                  vertx.cancelTimer(timer);
                  preferred = who;
                  first.tryComplete(answer.result());
                  return;
                }
                if (vertx.cancelTimer(timer)) {
                  askNext();
                }
                if (open == 0) {
                  first.tryFail(answer.cause());
                }
              });
    }
  }
}
