package dev.hacolo.agent.provenance;

import org.jspecify.annotations.Nullable;

/** Bodies in the order of last use. */
final class BodyOrder {
  private @Nullable IndexedBody oldest;
  private @Nullable IndexedBody newest;

  void append(IndexedBody body) {
    body.older = newest;
    body.newer = null;
    if (newest == null) {
      oldest = body;
    } else {
      newest.newer = body;
    }
    newest = body;
  }

  void remove(IndexedBody body) {
    if (body.older == null) {
      oldest = body.newer;
    } else {
      body.older.newer = body.newer;
    }
    if (body.newer == null) {
      newest = body.older;
    } else {
      body.newer.older = body.older;
    }
  }

  void touch(IndexedBody body) {
    if (body != newest) {
      remove(body);
      append(body);
    }
  }

  @Nullable IndexedBody oldest() {
    return oldest;
  }

  @Nullable IndexedBody newest() {
    return newest;
  }
}
