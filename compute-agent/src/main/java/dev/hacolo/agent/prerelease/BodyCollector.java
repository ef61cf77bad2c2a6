package dev.hacolo.agent.prerelease;

import org.jspecify.annotations.Nullable;

/** Puts together the bodies that a connection's answers bring, one at a time. */
final class BodyCollector {
  private final Evidence evidence;
  private final Service service;
  private @Nullable Lesson current;

  BodyCollector(Evidence evidence, Service service) {
    this.evidence = evidence;
    this.service = service;
  }

  /**
   * A part of a body in a segment that has to wait.
   *
   * @param alone whether it answers the last request and no other was outstanding
   * @return what is to be told when both VMs have sent it; null if nothing can be learnt
   */
  @Nullable Lesson take(byte[] data, BodyPart part, Requests requests, boolean alone) {
    Lesson lesson = current;
    if (part.position() == 0) {
      giveUp();
      if (!evidence.hasRoomFor(part)) {
        return null;
      }
      lesson = new Lesson(part, evidence, service, requests);
      current = lesson;
    } else if (lesson == null || !lesson.continues(part)) {
      giveUp();
      return null;
    }
    lesson.add(data, part, alone);
    if (lesson.isWhole()) {
      current = null; // its segments still have to be found equal
    }
    return lesson;
  }

  /** What is not complete will not be. */
  void giveUp() {
    if (current != null) {
      current.end();
      current = null;
    }
  }
}
