package dev.hacolo.agent.provenance;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Bodies that are not to be searched for at the moment, at most so many. */
final class RecentBodies {
  private static final int LIMIT = 4096;

  private static final long SEARCHED = Long.MAX_VALUE;

  private final long retryNanos;
  private final Map<BodyContent, Long> since = new LinkedHashMap<>();

  RecentBodies(long retryNanos) {
    this.retryNanos = retryNanos;
  }

  /** Whether it is searched for, or was in vain a short time ago. */
  boolean holds(BodyContent body, long now) {
    Long then = since.get(body);
    return then != null && (then == SEARCHED || now - then < retryNanos);
  }

  void searching(BodyContent body) {
    put(body, SEARCHED);
  }

  void found(BodyContent body) {
    since.remove(body);
  }

  void notFound(BodyContent body, long now) {
    put(body, now);
  }

  private void put(BodyContent body, long when) {
    since.remove(body);
    since.put(body, when);
    if (since.size() > LIMIT) {
      Iterator<BodyContent> oldest = since.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }
}
