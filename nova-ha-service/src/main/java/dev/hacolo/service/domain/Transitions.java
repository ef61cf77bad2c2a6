package dev.hacolo.service.domain;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Makes every change of a pair: new state, what else changes with it, and the cloud's part. */
public final class Transitions {
  private Transitions() {}

  /** A server is seen for the first time. */
  public static Transition requested(
      UUID id, Instance instance, String reason, Map<String, Object> detail, Instant now) {
    Pair pair =
        new Pair(
            id,
            0,
            0,
            PairState.REQUESTED,
            now,
            instance,
            Members.primaryOnly(instance.novaHost()),
            SecondaryVcpus.all(instance.vcpus()),
            Optional.empty(),
            Optional.empty(),
            0,
            Optional.empty(),
            reason,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            now);
    return new Transition(Optional.empty(), pair, PairEvent.REQUESTED, reason, detail, List.of());
  }

  /** A host was chosen: a new generation starts. Its reservation's consumer follows from both. */
  static Transition hostChosen(
      Pair pair, String host, SecondaryVcpus vcpus, HostChoice choice, Instant now) {
    PairDraft draft = pair.draft();
    draft.generation++;
    draft.secondaryVcpus = vcpus;
    draft.members = pair.members().withSecondary(host);
    draft.reservation = Optional.of(consumer(pair.id(), draft.generation));
    draft.choice = Optional.of(choice);
    draft.retryAt = Optional.empty();
    Map<String, Object> detail = Map.of("host", host, "choice", choice);
    return moved(pair, draft, PairEvent.HOST_CHOSEN, choice.summary(), detail, List.of(), now);
  }

  /** Placement and Neutron are ready for the secondary. */
  public static Transition resourcesReady(Pair pair, Instant now) {
    String reason =
        "resources are reserved on " + pair.members().secondary().orElse("?") + ", syncing starts";
    return moved(pair, pair.draft(), PairEvent.RESOURCES_READY, reason, Map.of(), List.of(), now);
  }

  /** Pairing or syncing failed; what was taken is given back. */
  public static Transition abandoned(Pair pair, String reason, RetryPolicy retry, Instant now) {
    PairDraft draft = pair.draft();
    draft.attempts++;
    draft.retryAt = Optional.of(retry.after(draft.attempts, now));
    return abandoned(pair, draft, reason, now);
  }

  /** The same where nothing has failed: it goes on with another host at once. */
  static Transition withdrawn(Pair pair, String reason, Instant now) {
    return abandoned(pair, pair.draft(), reason, now);
  }

  private static Transition abandoned(Pair pair, PairDraft draft, String reason, Instant now) {
    List<CloudTask> tasks = giveBackSecondary(pair, draft);
    PairEvent event =
        pair.protectedAt().isPresent() ? PairEvent.ABANDONED_TO_SOLO : PairEvent.ABANDONED;
    Map<String, Object> detail =
        Map.of("attempts", draft.attempts, "host", pair.members().secondary().orElse(""));
    return moved(pair, draft, event, reason, detail, tasks, now);
  }

  /** Both sides are armed: from this commit on, either of these two agents may win a claim. */
  static Transition protectedBy(Pair pair, UUID primary, UUID secondary, Instant now) {
    PairDraft draft = pair.draft();
    draft.members = pair.members().armed(primary, secondary);
    draft.attempts = 0;
    draft.protectedAt = Optional.of(pair.protectedAt().orElse(now));
    // A move is over: wherever the secondary is now, it is not where it was.
    draft.standingOrder =
        pair.standingOrder().filter(order -> order.kind() != StandingOrder.Kind.MOVE_SECONDARY);
    String reason =
        "protected: primary on %s, secondary on %s"
            .formatted(
                pair.members().primary().orElse("?"), pair.members().secondary().orElse("?"));
    return moved(pair, draft, PairEvent.PROTECTED, reason, sides(pair), List.of(), now);
  }

  /** The secondary becomes the only copy, in a new generation. */
  static Transition promoted(Pair pair, PairEvent event, String reason, Instant now) {
    PairDraft draft = pair.draft();
    draft.generation++;
    draft.members = pair.members().promoted();
    draft.standingOrder =
        pair.standingOrder().filter(order -> outlives(order, event, draft.members));
    List<CloudTask> tasks = new ArrayList<>();
    draft.members.primary().map(CloudTask::activatePorts).ifPresent(tasks::add);
    pair.members().primary().map(CloudTask::unbindPorts).ifPresent(tasks::add);
    // The survivor stays charged under the consumer it had as a secondary.
    pair.survivorReservation().map(CloudTask::unreserve).ifPresent(tasks::add);
    draft.survivorReservation = pair.reservation();
    draft.reservation = Optional.empty();
    // It runs with all its vCPUs now.
    pair.reservation().map(CloudTask::charge).ifPresent(tasks::add);
    return moved(pair, draft, event, reason, sides(pair), tasks, now);
  }

  /** Whether an order still makes sense when the secondary has become the only copy. */
  private static boolean outlives(StandingOrder order, PairEvent event, Members members) {
    return switch (order.kind()) {
      case SUSPEND -> true;
      case MOVE_SECONDARY -> members.primary().filter(order::leaves).isEmpty();
      // Who orders a failover does not wait for a switch-over.
      case SWITCH_OVER, TEST_FAILOVER -> event != PairEvent.FAILOVER_ORDERED;
    };
  }

  /** The primary goes on as the only copy, in a new generation. */
  static Transition secondaryLost(Pair pair, String reason, Instant now) {
    return withoutSecondary(pair, PairEvent.SECONDARY_LOST, reason, now);
  }

  /** An order takes the secondary away: the primary goes on as the only copy. */
  static Transition secondaryDropped(Pair pair, String reason, Instant now) {
    return withoutSecondary(pair, PairEvent.SECONDARY_DROPPED, reason, now);
  }

  private static Transition withoutSecondary(
      Pair pair, PairEvent event, String reason, Instant now) {
    PairDraft draft = pair.draft();
    draft.generation++;
    List<CloudTask> tasks = giveBackSecondary(pair, draft);
    return moved(pair, draft, event, reason, sides(pair), tasks, now);
  }

  /** The only copy serves; a new secondary is looked for at once. */
  static Transition servingAlone(Pair pair, Instant now) {
    PairDraft draft = pair.draft();
    draft.retryAt = Optional.empty();
    String reason = "serving alone on " + pair.members().primary().orElse("?");
    return moved(pair, draft, PairEvent.SERVING_ALONE, reason, Map.of(), List.of(), now);
  }

  /** The secondary may run another number of vCPUs, from now on and for the next one. */
  public static Transition secondaryVcpus(
      Pair pair, SecondaryVcpus vcpus, String why, Instant now) {
    PairDraft draft = pair.draft();
    draft.secondaryVcpus = vcpus;
    List<CloudTask> tasks = pair.reservation().map(CloudTask::charge).stream().toList();
    Map<String, Object> detail =
        Map.of(
            "from", pair.secondaryVcpus().count(),
            "to", vcpus.count(),
            "mode", vcpus.mode().name(),
            "why", why);
    String reason =
        "the secondary may run %d of %d vCPUs: %s"
            .formatted(vcpus.count(), pair.instance().vcpus(), why);
    return moved(pair, draft, PairEvent.SECONDARY_VCPUS, reason, detail, tasks, now);
  }

  /** The pair shall end. The first cause stays, but for a server that is gone. */
  public static Optional<Transition> releaseRequested(
      Pair pair, ReleaseCause cause, String reason, Map<String, Object> detail, Instant now) {
    boolean known =
        pair.releaseCause()
            .filter(c -> c == cause || cause != ReleaseCause.SERVER_GONE)
            .isPresent();
    if (pair.state() == PairState.RELEASED || known) {
      return Optional.empty();
    }
    PairDraft draft = pair.draft();
    draft.releaseCause = Optional.of(cause);
    return Optional.of(
        moved(pair, draft, PairEvent.RELEASE_REQUESTED, reason, detail, List.of(), now));
  }

  /** Everything on the hosts that answer is undone. */
  static Transition released(Pair pair, Instant now) {
    PairDraft draft = pair.draft();
    List<CloudTask> tasks = new ArrayList<>(giveBackSecondary(pair, draft));
    pair.survivorReservation().map(CloudTask::unreserve).ifPresent(tasks::add);
    draft.survivorReservation = Optional.empty();
    draft.standingOrder = Optional.empty();
    return moved(pair, draft, PairEvent.RELEASED, pair.reason(), Map.of(), tasks, now);
  }

  /** A new reason for waiting, with the host choice that led to it if there was one. */
  public static Transition noted(
      Pair pair, String reason, Optional<HostChoice> choice, Instant now) {
    PairDraft draft = pair.draft();
    choice.ifPresent(made -> draft.choice = choice);
    Map<String, Object> detail = choice.isPresent() ? Map.of("choice", choice.get()) : Map.of();
    return moved(pair, draft, PairEvent.NOTED, reason, detail, List.of(), now);
  }

  /** Nova describes the server anew; its host is followed only while nothing is started. */
  public static Transition instanceChanged(
      Pair pair, Instance instance, Map<String, Object> detail, Instant now) {
    PairDraft draft = pair.draft();
    draft.instance = instance;
    boolean started = pair.protectedAt().isPresent();
    if (pair.state() == PairState.REQUESTED || (pair.state() == PairState.SUSPENDED && !started)) {
      draft.members = pair.members().withPrimary(instance.novaHost());
    }
    return moved(
        pair, draft, PairEvent.NOTED, "Nova describes the server anew", detail, List.of(), now);
  }

  /** What the fencing command has said; the pair stays as it is, its reason too. */
  public static Transition fencing(Pair pair, PairEvent event, String host, String reason) {
    Pair same = pair.draft().build();
    return new Transition(Optional.of(pair), same, event, reason, Map.of("host", host), List.of());
  }

  /** A host that lost has nothing of the pair left. */
  static Transition deposedHostIsClean(Pair pair, String host, Instant now) {
    PairDraft draft = pair.draft();
    draft.members = pair.members().forgetting(host);
    String reason = "nothing of the former copy is left on " + host;
    Transition made =
        moved(pair, draft, PairEvent.NOTED, reason, Map.of("host", host), List.of(), now);
    return made;
  }

  static Transition moved(
      Pair pair,
      PairDraft draft,
      PairEvent event,
      String reason,
      Map<String, Object> detail,
      List<CloudTask> tasks,
      Instant now) {
    PairState to =
        PairStateMachine.next(pair.state(), event)
            .orElseThrow(
                () -> new IllegalStateException("%s in %s".formatted(event, pair.state())));
    if (to != pair.state()) {
      draft.state = to;
      draft.stateSince = now;
    }
    draft.reason = reason;
    return new Transition(Optional.of(pair), draft.build(), event, reason, detail, tasks);
  }

  static List<CloudTask> giveBackSecondary(Pair pair, PairDraft draft) {
    List<CloudTask> tasks = new ArrayList<>();
    Consumer<CloudTask> add = tasks::add;
    pair.reservation().map(CloudTask::unreserve).ifPresent(add);
    pair.members().secondary().map(CloudTask::unbindPorts).ifPresent(add);
    draft.reservation = Optional.empty();
    draft.members = pair.members().withoutSecondary();
    return tasks;
  }

  static Map<String, Object> sides(Pair pair) {
    return Map.of(
        "primary", pair.members().primary().orElse(""),
        "secondary", pair.members().secondary().orElse(""));
  }

  private static UUID consumer(UUID pairId, long generation) {
    return UUID.nameUUIDFromBytes(
        ("ha-colo reservation " + pairId + " " + generation).getBytes(StandardCharsets.UTF_8));
  }
}
