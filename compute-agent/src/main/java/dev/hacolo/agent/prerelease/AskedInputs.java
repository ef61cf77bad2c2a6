package dev.hacolo.agent.prerelease;

import dev.hacolo.agent.compare.InputHint;
import dev.hacolo.agent.profile.Request;
import dev.hacolo.agent.profile.RequestSink;
import java.util.ArrayDeque;

/** With which input each request of a connection came, so that its answer can name it. */
final class AskedInputs implements RequestSink {
  /** With more requests outstanding than this their inputs are not told apart any more. */
  private static final int MAX_OUTSTANDING = 1024;

  private record Asked(long request, long input) {}

  private final Requests requests;
  private final Service service;
  private final ArrayDeque<Asked> asked = new ArrayDeque<>();
  private long newest = -1;
  private long input;
  private long answered = -1;
  private InputHint hint = InputHint.NONE;

  AskedInputs(Requests requests, Service service) {
    this.requests = requests;
    this.service = service;
  }

  /** What comes from now on belongs to an input. */
  void begin(long number) {
    input = number;
    hint = InputHint.NONE;
  }

  /** What the requests of this input ask; as if they were whole, and without traces. */
  InputHint hint() {
    return hint;
  }

  @Override
  public void request(Request request) {
    boolean first = request.number() > newest;
    if (first && asked.size() < MAX_OUTSTANDING) {
      newest = request.number();
      asked.add(new Asked(newest, input));
    }
    boolean early = service.isUsuallyEarly(request.subject());
    hint = first && hint.equals(InputHint.NONE) ? hint(request, early) : ordered();
    requests.request(request);
  }

  private static InputHint hint(Request request, boolean early) {
    return switch (request.effect()) {
      case READ ->
          new InputHint(
              early ? InputHint.Kind.TRACELESS_READ : InputHint.Kind.READ, (int) request.subject());
      case OVERWRITE -> new InputHint(InputHint.Kind.OVERWRITE, (int) request.subject());
      case ORDER_SENSITIVE -> ordered();
    };
  }

  private static InputHint ordered() {
    return new InputHint(InputHint.Kind.ORDERED, 0);
  }

  /**
   * All requests in front of a number have their answers.
   *
   * @return the newest input of which that is true for each request, -1 for none
   */
  long answered(long number) {
    while (!asked.isEmpty() && asked.element().request() < number) {
      long of = asked.remove().input();
      if (asked.isEmpty() || asked.element().input() != of) {
        answered = of;
      }
    }
    return answered;
  }
}
