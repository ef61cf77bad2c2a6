package dev.hacolo.agent.provenance;

import org.jspecify.annotations.Nullable;

/**
 * Bodies by sample: open addressing with a bounded walk, so that nobody who chooses contents can
 * make it slow. A sample that finds no slot is not kept; of two bodies with one sample the later
 * one is found.
 */
final class SampleMap {
  private static final int WALK = 16;
  private static final int SMALLEST = 1 << 10;

  /** No sample is 0. */
  private long[] keys = new long[SMALLEST];

  private @Nullable IndexedBody[] bodies = new IndexedBody[SMALLEST];
  private int used;

  @Nullable IndexedBody find(long sample) {
    int mask = keys.length - 1;
    int slot = slot(sample, mask);
    for (int i = 0; i < WALK; i++, slot = (slot + 1) & mask) {
      if (keys[slot] == sample) {
        return bodies[slot];
      }
    }
    return null;
  }

  void put(long sample, IndexedBody body) {
    if (2 * used >= keys.length) {
      grow();
    }
    insert(sample, body);
  }

  private void insert(long sample, IndexedBody body) {
    int mask = keys.length - 1;
    int slot = slot(sample, mask);
    int free = -1;
    for (int i = 0; i < WALK; i++, slot = (slot + 1) & mask) {
      if (keys[slot] == sample) {
        bodies[slot] = body;
        return;
      }
      if (free < 0 && keys[slot] == 0) {
        free = slot;
      }
    }
    if (free >= 0) {
      keys[free] = sample;
      bodies[free] = body;
      used++;
    }
  }

  /**
   * Removes a sample if it leads to this body. All slots of a walk are looked at: no tombstones.
   */
  void remove(long sample, IndexedBody body) {
    int mask = keys.length - 1;
    int slot = slot(sample, mask);
    for (int i = 0; i < WALK; i++, slot = (slot + 1) & mask) {
      if (keys[slot] == sample && bodies[slot] == body) {
        keys[slot] = 0;
        bodies[slot] = null;
        used--;
        return;
      }
    }
  }

  private void grow() {
    long[] oldKeys = keys;
    @Nullable IndexedBody[] oldBodies = bodies;
    keys = new long[2 * oldKeys.length];
    bodies = new IndexedBody[2 * oldKeys.length];
    used = 0;
    for (int i = 0; i < oldKeys.length; i++) {
      IndexedBody body = oldBodies[i];
      if (body != null) {
        insert(oldKeys[i], body);
      }
    }
  }

  private static int slot(long sample, int mask) {
    return (int) (sample >>> 16) & mask;
  }
}
