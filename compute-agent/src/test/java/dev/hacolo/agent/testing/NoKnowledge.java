package dev.hacolo.agent.testing;

import dev.hacolo.agent.profile.HashKey;
import dev.hacolo.agent.profile.ProfileBook;
import dev.hacolo.agent.provenance.Learner;
import dev.hacolo.agent.provenance.LearningPolicy;
import dev.hacolo.agent.proxy.Knowledge;
import java.util.List;

/** For tests in which nothing is pre-released. */
public final class NoKnowledge {
  private NoKnowledge() {}

  /** No profile, and a learner that does not run. */
  public static Knowledge get() {
    return new Knowledge(
        new ProfileBook(List.of(), new HashKey(1, 2)),
        LearningPolicy.DEFAULT,
        new Learner(LearningPolicy.DEFAULT),
        Runnable::run);
  }
}
