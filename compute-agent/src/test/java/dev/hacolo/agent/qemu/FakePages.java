package dev.hacolo.agent.qemu;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A count of written pages that says what it is told, when it is told. Of the event loop. */
final class FakePages implements EpochPages {
  /** Epochs that are over and have no count yet. */
  private final List<Promise<Written>> asked = new ArrayList<>();

  /** What is asked of it, in order. */
  final List<String> calls = new ArrayList<>();

  @Override
  public Future<Void> begin(ColoVm vm) {
    calls.add("begin");
    return Future.succeededFuture();
  }

  @Override
  public Future<Written> epochEnded() {
    Promise<Written> count = Promise.promise();
    asked.add(count);
    return count.future();
  }

  @Override
  public void end() {
    calls.add("end");
  }

  /** How many epochs have ended. */
  int epochs() {
    return asked.size();
  }

  /** The count of the epoch that was the nth to end, from 1. */
  void count(int epoch, long pages) {
    asked.get(epoch - 1).complete(new Written(OptionalLong.of(pages), List.of()));
  }
}
