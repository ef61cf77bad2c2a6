package dev.hacolo.bed.oracle.steps;

/**
 * Steps of the protocols between two agents, in the order of an input's and a checkpoint's life.
 * The agent that is stopped there has done nothing of a step that is met at its {@link Edge#START},
 * and all of one that is met at its {@link Edge#END}.
 */
public enum ProtocolStep {
  INPUT_COPIED(Side.PRIMARY, "compare.ReleaseGate", "input", Edge.START),
  INPUT_ARRIVED(Side.SECONDARY, "proxy.SecondaryProxy", "input", Edge.START),
  INPUT_FED(Side.SECONDARY, "proxy.SecondaryProxy", "input", Edge.END),
  RECORD_MADE(Side.PRIMARY, "proxy.PrimaryProxy", "record", Edge.START),
  RECORD_ARRIVED(Side.SECONDARY, "proxy.SecondaryProxy", "record", Edge.START),
  RECORD_KEPT(Side.SECONDARY, "proxy.SecondaryProxy", "record", Edge.END),
  ACKNOWLEDGED(Side.SECONDARY, "proxy.SecondaryProxy", "acknowledge", Edge.END),
  ACKNOWLEDGEMENT_ARRIVED(Side.PRIMARY, "compare.ReleaseGate", "recordsStable", Edge.START),
  VERDICT_FOUND(Side.SECONDARY, "proxy.SecondaryProxy", "verdict", Edge.START),
  DIFFERENCE_FOUND(Side.SECONDARY, "proxy.SecondaryProxy", "verdict", Edge.START, "DIFFERENT"),
  VERDICT_TOLD(Side.SECONDARY, "proxy.SecondaryProxy", "verdict", Edge.END),
  VERDICT_ARRIVED(Side.PRIMARY, "compare.ReleaseGate", "verdict", Edge.START),
  RELEASING(Side.PRIMARY, "proxy.PrimaryProxy", "release", Edge.START),
  RELEASED(Side.PRIMARY, "proxy.PrimaryProxy", "release", Edge.END),
  PRIMARY_STOPPED(Side.PRIMARY, "proxy.PrimaryProxy", "drain", Edge.START),
  SEALING(Side.PRIMARY, "proxy.PrimaryProxy", "sealed", Edge.START),
  MARKED(Side.PRIMARY, "proxy.PrimaryProxy", "sealed", Edge.END),
  MARK_ARRIVED(Side.SECONDARY, "compare.InputFeed", "epochMark", Edge.START),
  SECONDARY_STOPPED(Side.SECONDARY, "proxy.SecondaryProxy", "drain", Edge.END),
  LOADED(Side.SECONDARY, "proxy.SecondaryProxy", "resumed", Edge.START),
  LOAD_TOLD(Side.SECONDARY, "proxy.SecondaryProxy", "resumed", Edge.END),
  LOAD_ARRIVED(Side.PRIMARY, "compare.ReleaseGate", "checkpointed", Edge.START);

  /** Whose agent carries a step out. */
  public enum Side {
    PRIMARY,
    SECONDARY
  }

  enum Edge {
    START,
    END
  }

  private static final String AGENT = "dev.hacolo.agent.";
  private static final int OFTEN = 40;

  private final Side side;
  private final String type;
  private final String method;
  private final Edge edge;
  private final String argument;

  ProtocolStep(Side side, String type, String method, Edge edge) {
    this(side, type, method, edge, "");
  }

  ProtocolStep(Side side, String type, String method, Edge edge, String argument) {
    this.side = side;
    this.type = AGENT + type;
    this.method = method;
    this.edge = edge;
    this.argument = argument;
  }

  /** Whose agent carries it out. */
  public Side side() {
    return side;
  }

  /** How often it may be passed before it is the one to stop at: checkpoints are rare. */
  public int mostPasses() {
    return this == DIFFERENCE_FOUND ? 1 : compareTo(PRIMARY_STOPPED) < 0 ? OFTEN : 2;
  }

  String type() {
    return type;
  }

  String method() {
    return method;
  }

  Edge edge() {
    return edge;
  }

  /** Name of the constant that an argument must be; empty: any will do. */
  String argument() {
    return argument;
  }
}
