package dev.hacolo.agent.module;

/** What a build of the module can do. */
public enum Feature {
  /** The bitmap of written pages. */
  DIRTY(ModuleAbi.FEATURE_DIRTY, "the bitmap of written pages"),
  /** The vCPU gate. */
  GATE(ModuleAbi.FEATURE_GATE, "the vCPU gate");

  final int bit;
  private final String title;

  Feature(int bit, String title) {
    this.bit = bit;
    this.title = title;
  }

  /** For a sentence. */
  public String title() {
    return title;
  }
}
