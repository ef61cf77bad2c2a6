package dev.hacolo.service.store;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.hacolo.service.domain.HostChoice;
import dev.hacolo.service.domain.Instance;
import dev.hacolo.service.domain.Members;
import dev.hacolo.service.domain.Pair;
import dev.hacolo.service.domain.SecondaryVcpus;
import dev.hacolo.service.domain.StandingOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Between rows and domain pairs. */
final class PairMapping {
  private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};
  private static final TypeReference<List<String>> NAMES = new TypeReference<>() {};
  private static final TypeReference<HostChoice> CHOICE = new TypeReference<>() {};
  private static final TypeReference<StandingOrder> ORDER = new TypeReference<>() {};

  private PairMapping() {}

  static Pair toPair(PairEntity row) {
    return new Pair(
        row.id,
        row.version,
        row.generation,
        row.state,
        row.stateSince,
        instance(row),
        members(row),
        secondaryVcpus(row),
        Optional.ofNullable(row.reservationConsumer),
        Optional.ofNullable(row.survivorConsumer),
        row.attempts,
        Optional.ofNullable(row.retryAt),
        row.reason,
        Optional.ofNullable(row.hostChoice).map(text -> Json.read(text, CHOICE)),
        Optional.ofNullable(row.releaseCause),
        Optional.ofNullable(row.standingOrder).map(text -> Json.read(text, ORDER)),
        Optional.ofNullable(row.protectedAt),
        row.createdAt);
  }

  private static SecondaryVcpus secondaryVcpus(PairEntity row) {
    int count = row.secondaryVcpus == null ? row.vcpus : row.secondaryVcpus;
    return new SecondaryVcpus(row.secondaryVcpusMode, count);
  }

  private static Instance instance(PairEntity row) {
    return new Instance(
        row.instanceUuid,
        row.instanceName,
        row.projectId,
        row.userId,
        row.vcpus,
        row.memoryMb,
        row.diskGb,
        Json.read(row.extraSpecs, TEXTS),
        row.vmState,
        Optional.ofNullable(row.novaHost));
  }

  private static Members members(PairEntity row) {
    return new Members(
        Optional.ofNullable(row.primaryHost),
        Optional.ofNullable(row.secondaryHost),
        Optional.ofNullable(row.primaryIncarnation),
        Optional.ofNullable(row.secondaryIncarnation),
        Json.read(row.deposedHosts, NAMES));
  }

  /** Writes everything but the version, which Hibernate increments. */
  static void write(Pair pair, PairEntity row) {
    row.id = pair.id();
    row.generation = pair.generation();
    row.state = pair.state();
    row.stateSince = pair.stateSince();
    row.secondaryVcpusMode = pair.secondaryVcpus().mode();
    row.secondaryVcpus = pair.secondaryVcpus().count();
    row.reservationConsumer = pair.reservation().orElse(null);
    row.survivorConsumer = pair.survivorReservation().orElse(null);
    row.attempts = pair.attempts();
    row.retryAt = pair.retryAt().orElse(null);
    row.reason = pair.reason();
    row.hostChoice = pair.choice().map(Json::write).orElse(null);
    row.releaseCause = pair.releaseCause().orElse(null);
    row.standingOrder = pair.standingOrder().map(Json::write).orElse(null);
    row.protectedAt = pair.protectedAt().orElse(null);
    row.createdAt = pair.createdAt();
    writeInstance(pair.instance(), row);
    writeMembers(pair.members(), row);
  }

  private static void writeInstance(Instance instance, PairEntity row) {
    row.instanceUuid = instance.uuid();
    row.instanceName = instance.name();
    row.projectId = instance.projectId();
    row.userId = instance.userId();
    row.vcpus = instance.vcpus();
    row.memoryMb = instance.memoryMb();
    row.diskGb = instance.diskGb();
    row.extraSpecs = Json.write(instance.extraSpecs());
    row.vmState = instance.vmState();
    row.novaHost = instance.novaHost().orElse(null);
  }

  private static void writeMembers(Members members, PairEntity row) {
    row.primaryHost = members.primary().orElse(null);
    row.secondaryHost = members.secondary().orElse(null);
    row.primaryIncarnation = members.primaryIncarnation().orElse(null);
    row.secondaryIncarnation = members.secondaryIncarnation().orElse(null);
    row.deposedHosts = Json.write(members.deposed());
  }
}
