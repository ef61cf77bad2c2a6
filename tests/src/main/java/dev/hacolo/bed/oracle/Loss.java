package dev.hacolo.bed.oracle;

/** How a pair loses one of its copies. */
enum Loss {
  /** The primary's QEMU is killed; both agents live. */
  QEMU("QEMU"),
  /** The primary's QEMU and agent are killed. */
  NODE("QEMU and its agent"),
  /** The primary's agent is killed; its QEMU runs on. */
  AGENT("agent"),
  /** The nodes do not hear each other any more; both reach the service, and either may serve. */
  LINK("link"),
  /** Nothing is lost: the primary is told to hand its role over. */
  HAND_OVER("hand-over");

  private final String text;

  Loss(String text) {
    this.text = text;
  }

  /** For a person. */
  String text() {
    return text;
  }

  boolean killsQemu() {
    return this == QEMU || this == NODE;
  }

  boolean killsAgent() {
    return this == NODE || this == AGENT;
  }
}
