package dev.hacolo.service.domain;

import java.util.Map;
import java.util.Optional;

/**
 * What all pairs together ask of the hosts, and what operators have said of them.
 *
 * @param drained who has drained a host, by host
 * @param syncing in how many synchronisations a host takes part, in either role
 * @param leaving how many pairs are on their way off a drained host
 * @param syncsPerHost in how many synchronisations a host may take part at a time
 */
public record Fleet(
    Map<String, String> drained,
    Map<String, Integer> syncing,
    Map<String, Integer> leaving,
    int syncsPerHost) {
  /** So many pairs leave a drained host at a time. */
  public static final int MOST_LEAVING = 2;

  /** No pair asks anything of a host. */
  static final Fleet NONE = new Fleet(Map.of(), Map.of(), Map.of(), Integer.MAX_VALUE);

  /** Copies the maps. */
  public Fleet {
    drained = Map.copyOf(drained);
    syncing = Map.copyOf(syncing);
    leaving = Map.copyOf(leaving);
  }

  boolean isDrained(String host) {
    return drained.containsKey(host);
  }

  /** Why a host can take no secondary because of an operator's word. */
  Optional<String> drainedBy(String host) {
    return Optional.ofNullable(drained.get(host)).map("drained by operator %s"::formatted);
  }

  /** Why a host cannot take part in one more synchronisation. */
  Optional<String> busy(String host) {
    return syncing.getOrDefault(host, 0) >= syncsPerHost
        ? Optional.of("takes part in %d synchronisation(s) already".formatted(syncsPerHost))
        : Optional.empty();
  }

  boolean mayLeave(String host) {
    return leaving.getOrDefault(host, 0) < MOST_LEAVING;
  }
}
