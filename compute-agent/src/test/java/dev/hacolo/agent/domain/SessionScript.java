package dev.hacolo.agent.domain;

import dev.hacolo.common.api.ClaimDecision;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionPolicy;
import dev.hacolo.common.api.SessionTarget;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Plays one scenario: an event a line, below it indented what became of it.
 *
 * <pre>
 * order TARGET GENERATION [VCPUS] recovered SIDE TARGET GENERATION
 * done | fail REASON              (the plan that runs)
 * advanced PHASE                  progress DISK RAM
 * checkpointed                    peer-protected
 * peer-lost REASON                vm-died REASON
 * decided VERDICT GENERATION      hand-over GENERATION
 * </pre>
 */
final class SessionScript {
  private final StringBuilder out = new StringBuilder();
  private @Nullable SessionState state;

  static String play(List<String> lines) {
    SessionScript script = new SessionScript();
    for (String line : lines) {
      if (line.startsWith(" ")) {
        continue;
      }
      script.out.append(line).append('\n');
      if (!line.isBlank() && !line.startsWith("#")) {
        script.event(line);
      }
    }
    return script.out.toString();
  }

  private void event(String line) {
    String[] words = line.split(" ");
    String rest = line.substring(words[0].length()).strip();
    if (words[0].equals("recovered")) {
      SessionOrder order = Orders.of(SessionTarget.valueOf(words[2]), Long.parseLong(words[3]));
      show(SessionMachine.recovered(order, Side.valueOf(words[1])));
    } else if (words[0].equals("order")) {
      SessionOrder plain = Orders.of(SessionTarget.valueOf(words[1]), Long.parseLong(words[2]));
      order(
          words.length == 3
              ? plain
              : plain.withPolicy(
                  SessionPolicy.DEFAULT.withSecondaryVcpus(Integer.parseInt(words[3]))));
    } else if (words[0].equals("hand-over")) {
      handOver(Long.parseLong(words[1]));
    } else {
      show(SessionMachine.on(now(), other(words, rest)));
    }
  }

  private void handOver(long generation) {
    Optional<String> refusal = HandOver.refusal(now(), generation);
    if (refusal.isPresent()) {
      out.append("  refused: ").append(refusal.get()).append('\n');
    } else {
      show(SessionMachine.on(now(), new SessionEvent.HandOverOrdered()));
    }
  }

  private void order(SessionOrder order) {
    SessionState before = state == null ? SessionMachine.initial(order) : state;
    Optional<String> refusal = SessionMachine.refusal(before, order);
    if (refusal.isPresent()) {
      out.append("  refused: ").append(refusal.get()).append('\n');
    } else {
      show(SessionMachine.on(before, new SessionEvent.Ordered(order)));
    }
  }

  private SessionEvent other(String[] words, String rest) {
    return switch (words[0]) {
      case "done" -> new SessionEvent.PlanDone(running());
      case "fail" -> new SessionEvent.PlanFailed(running(), rest);
      case "advanced" -> new SessionEvent.Advanced(SessionPhase.valueOf(rest));
      case "progress" ->
          new SessionEvent.Progressed(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
      case "checkpointed" -> new SessionEvent.Checkpointed();
      case "peer-protected" -> new SessionEvent.PeerProtected();
      case "peer-lost" -> new SessionEvent.PeerLost(rest);
      case "vm-died" -> new SessionEvent.VmDied(rest);
      case "decided" ->
          new SessionEvent.Decided(
              new ClaimDecision(
                  now().pairId(),
                  Long.parseLong(words[2]),
                  ClaimDecision.Verdict.valueOf(words[1]),
                  "the service decided"));
      default -> throw new IllegalArgumentException("unknown event '%s'".formatted(words[0]));
    };
  }

  private SessionState now() {
    return Objects.requireNonNull(state, "a scenario begins with an order or a recovery");
  }

  private Plan running() {
    return Objects.requireNonNull(now().running(), "no plan runs");
  }

  private void show(SessionMachine.Step step) {
    SessionState s = step.state();
    state = s;
    out.append(
        "  %s %s, generation %d for %s".formatted(s.side(), s.phase(), s.generation(), s.target()));
    if (s.running() != null) {
      out.append(", runs ").append(s.running());
    }
    if (s.next() != null) {
      out.append(", then %s %d".formatted(s.next().target(), s.next().generation()));
    }
    if (s.diskPercent() + s.ramPercent() > 0) {
      out.append(", disk %d %%, RAM %d %%".formatted(s.diskPercent(), s.ramPercent()));
    }
    if (s.checkpoints() > 0) {
      out.append(", checkpoints ").append(s.checkpoints());
    }
    out.append(s.claiming() ? ", claiming" : "").append(s.stoodDown() ? ", stood down" : "");
    if (s.reason() != null) {
      out.append(": ").append(s.reason());
    }
    out.append('\n');
    step.actions().forEach(a -> out.append("  => ").append(a).append('\n'));
  }
}
