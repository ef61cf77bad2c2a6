package dev.hacolo.agent.prerelease;

import dev.hacolo.agent.compare.Origins.Origin;
import org.jspecify.annotations.Nullable;

/**
 * A segment that waits, and what follows from it once both VMs have sent it.
 *
 * @param requests of its connection
 * @param answered number of the first request that has no answer behind this segment
 * @param lesson the body that it has a part of, if any
 * @param head the head that it has, if it is worth knowing
 */
record SegmentOrigin(
    Requests requests, long answered, @Nullable Lesson lesson, @Nullable HeadLesson head)
    implements Origin {
  @Override
  public boolean synchronised() {
    return false;
  }

  @Override
  public void confirmed() {
    requests.settle(answered);
    if (lesson != null) {
      lesson.confirmed();
    }
    if (head != null) {
      head.confirmed();
    }
  }
}
