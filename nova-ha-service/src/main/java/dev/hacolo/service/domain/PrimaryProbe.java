package dev.hacolo.service.domain;

import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionReport;

/** What the primary's agent answered when its secondary claimed that it is lost. */
public enum PrimaryProbe {
  /** The claim does not call for asking. */
  NOT_ASKED,
  /** It answered with a running guest: it is preferred. */
  LIVE,
  /** It answered, but without a running guest. */
  NOT_LIVE,
  /** No answer within the deadline. */
  SILENT;

  /** Judges an answer. */
  public static PrimaryProbe of(SessionReport answer, Pair pair) {
    boolean live =
        answer.pairId().equals(pair.id())
            && answer.generation() == pair.generation()
            && answer.guestRunning()
            && (answer.phase() == SessionPhase.PROTECTED
                || answer.phase() == SessionPhase.DETACHING
                || answer.phase() == SessionPhase.SOLO);
    return live ? LIVE : NOT_LIVE;
  }
}
