package dev.hacolo.bed.traffic;

import dev.hacolo.bed.traffic.ConnectionRecord.Snapshot;
import dev.hacolo.bed.traffic.TrafficMessage.Verified;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether clients noticed more than a pause.
 *
 * @param connections connections that were opened
 * @param connectionsBroken those that were reset, closed or silent for too long
 * @param answers answers that were checked
 * @param wrongAnswers answers that were wrong
 * @param ackedWrites writes that were acknowledged
 * @param ackedWritesLost acknowledged writes that are missing or wrong in memory or on disk
 * @param longestGapMs longest time in which a connection got no answer, in ms
 * @param complaints what is not good, in sentences; empty if all is
 */
public record TrafficVerdict(
    int connections,
    int connectionsBroken,
    long answers,
    long wrongAnswers,
    long ackedWrites,
    long ackedWritesLost,
    double longestGapMs,
    List<String> complaints) {

  /** Judges. */
  public static TrafficVerdict of(List<Snapshot> connections, Verified verified) {
    List<String> complaints = new ArrayList<>();
    for (Snapshot connection : connections) {
      if (connection.broken() != null) {
        complaints.add("%s broke: %s".formatted(connection.name(), connection.broken()));
      }
      if (connection.wrongAnswers() > 0) {
        complaints.add(
            "%s got %d wrong answer(s), the first: %s"
                .formatted(
                    connection.name(), connection.wrongAnswers(), connection.firstWrongAnswer()));
      }
    }
    long written = connections.stream().mapToLong(Snapshot::acknowledgedWrites).sum();
    if (connections.isEmpty() || written == 0) {
      complaints.add("nothing was written, so nothing is proven");
    }
    if (verified.memoryLost() > 0 || verified.diskLost() > 0) {
      complaints.add(
          "acknowledged writes are lost: %d in memory, %d on disk, for example: %s"
              .formatted(verified.memoryLost(), verified.diskLost(), verified.examples()));
    }
    return new TrafficVerdict(
        connections.size(),
        (int) connections.stream().filter(c -> c.broken() != null).count(),
        connections.stream().mapToLong(Snapshot::answers).sum(),
        connections.stream().mapToLong(Snapshot::wrongAnswers).sum(),
        written,
        verified.memoryLost() + verified.diskLost(),
        connections.stream().mapToLong(Snapshot::longestGapNanos).max().orElse(0) / 1e6,
        List.copyOf(complaints));
  }

  /** True if nothing is to be complained about. */
  public boolean isGood() {
    return complaints.isEmpty();
  }
}
