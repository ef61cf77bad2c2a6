package dev.hacolo.agent.proxy;

import dev.hacolo.agent.profile.HashKey;
import dev.hacolo.agent.profile.ProfileBook;
import dev.hacolo.agent.profile.ServiceProfile;
import dev.hacolo.agent.provenance.Learner;
import dev.hacolo.agent.provenance.LearningPolicy;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The threads of an agent that look into guests' memory, and what they share. */
public final class ContentSearch implements AutoCloseable {
  private final Learner learner;
  private final ExecutorService examiner =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "ha-colo-digests");
            thread.setDaemon(true);
            return thread;
          });
  private final Knowledge knowledge;

  /** Starts the threads, for guests with services of these profiles. */
  public ContentSearch(List<ServiceProfile> profiles) {
    SecureRandom random = new SecureRandom();
    LearningPolicy policy = LearningPolicy.DEFAULT;
    learner = new Learner(policy);
    learner.start();
    ProfileBook book = new ProfileBook(profiles, new HashKey(random.nextLong(), random.nextLong()));
    knowledge = new Knowledge(book, policy, learner, examiner);
  }

  /** What VMs need of it. */
  public Knowledge knowledge() {
    return knowledge;
  }

  /** Ends the threads. */
  @Override
  public void close() {
    examiner.shutdown();
    learner.close();
  }
}
