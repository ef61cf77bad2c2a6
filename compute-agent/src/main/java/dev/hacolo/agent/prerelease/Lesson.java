package dev.hacolo.agent.prerelease;

/** A body that is worth knowing once both VMs have sent every segment with a part of it. */
final class Lesson {
  private final Evidence evidence;
  private final Service service;
  private final byte[] body;
  private final long context;
  private final long framing;
  private final long subject;
  private final long askedAt;
  private boolean certain;
  private int filled;
  private int unconfirmed;
  private boolean over;

  Lesson(BodyPart first, Evidence evidence, Service service, Requests requests) {
    this.evidence = evidence;
    this.service = service;
    body = new byte[(int) first.total()];
    context = first.context();
    framing = first.framing();
    subject = requests.subject();
    askedAt = requests.askedAt();
    certain = requests.isSettled();
    evidence.collects(body.length);
  }

  void add(byte[] data, BodyPart part, boolean alone) {
    System.arraycopy(data, part.offset(), body, filled, part.length());
    filled += part.length();
    unconfirmed++;
    certain &= alone;
  }

  boolean continues(BodyPart part) {
    return part.position() == filled
        && part.length() <= body.length - filled
        && part.total() == body.length
        && part.context() == context
        && part.framing() == framing;
  }

  boolean isWhole() {
    return filled == body.length;
  }

  /** Both VMs have sent a segment with a part of it. */
  void confirmed() {
    unconfirmed--;
    if (over || unconfirmed > 0 || !isWhole()) {
      return;
    }
    if (certain) {
      service.answers().put(context, body, framing, subject, askedAt);
    }
    evidence.learn(body, context, framing);
    end();
  }

  void end() {
    if (!over) {
      over = true;
      evidence.collects(-body.length);
    }
  }
}
