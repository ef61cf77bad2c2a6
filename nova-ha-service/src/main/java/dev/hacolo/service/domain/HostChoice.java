package dev.hacolo.service.domain;

import java.util.List;
import java.util.Optional;

/**
 * Which host was chosen for a secondary, and why each host was or was not.
 *
 * @param host the chosen one
 * @param summary one sentence
 * @param hosts every host that was looked at, best first
 */
public record HostChoice(Optional<String> host, String summary, List<Candidate> hosts) {
  /** Copies the list. */
  public HostChoice {
    hosts = List.copyOf(hosts);
  }

  /**
   * One host.
   *
   * @param host its name
   * @param fits whether it passed all filters
   * @param score the higher the better; 0 where it does not fit
   * @param reasons why it does not fit, or what its score is made of
   */
  public record Candidate(String host, boolean fits, int score, List<String> reasons) {
    /** Copies the list. */
    public Candidate {
      reasons = List.copyOf(reasons);
    }
  }
}
