package dev.hacolo.agent.provenance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A guest whose items come and go: stored, moved, freed, overwritten in place, half overwritten,
 * changed and changed back. An item lies in one piece or goes on from page to page anywhere.
 */
final class SimulatedGuest {
  private static final int PAGE = RamRange.PAGE;

  final FakeGuestMemory memory;
  private final Random random;
  private final List<byte[]> contents = new ArrayList<>();
  private final List<Item> items = new ArrayList<>();
  private int undoAt = -1;
  private byte[] undo = new byte[0];

  /** Where an item's pieces are. */
  private static final class Item {
    final int content;
    final int[] at;
    final int[] lengths;

    Item(int content, int[] at, int[] lengths) {
      this.content = content;
      this.at = at;
      this.lengths = lengths;
    }
  }

  SimulatedGuest(Random random, int pages) {
    this.random = random;
    memory = new FakeGuestMemory(pages).noise(random);
    for (int i = 0; i < 24; i++) {
      contents.add(Bed.noise(random, 64 + random.nextInt(i % 4 == 0 ? 20_000 : 2000)));
    }
    // Some differ in one byte only.
    for (int i = 0; i < 8; i++) {
      byte[] twin = contents.get(i).clone();
      twin[random.nextInt(twin.length)]++;
      contents.add(twin);
    }
  }

  byte[] anyContent() {
    return contents.get(random.nextInt(contents.size()));
  }

  void change() {
    switch (random.nextInt(8)) {
      case 0, 1 -> store(random.nextInt(contents.size()));
      case 2 -> overwriteWithTwin();
      case 3 -> halfOverwrite();
      case 4 -> remove();
      case 5 -> move();
      case 6 -> poke();
      default -> undo();
    }
  }

  private void store(int content) {
    byte[] body = contents.get(content);
    int offset = random.nextInt(3) == 0 ? 0 : random.nextInt(PAGE);
    int pieces = (offset + body.length - 1) / PAGE + 1;
    int[] at = new int[pieces];
    int[] lengths = new int[pieces];
    int first = random.nextInt(pages() - pieces);
    boolean scattered = random.nextBoolean();
    int from = 0;
    for (int i = 0; i < pieces; i++) {
      int page = scattered ? random.nextInt(pages()) : first + i;
      at[i] = page * PAGE + (i == 0 ? offset : 0);
      lengths[i] = Math.min(body.length - from, PAGE - (i == 0 ? offset : 0));
      memory.write(at[i], Arrays.copyOfRange(body, from, from + lengths[i]));
      from += lengths[i];
    }
    items.add(new Item(content, at, lengths));
    if (items.size() > 20) {
      items.remove(0);
    }
  }

  private int pages() {
    return memory.ram.length / PAGE;
  }

  /** Another content of the same length, in place. */
  private void overwriteWithTwin() {
    if (!items.isEmpty()) {
      Item item = items.get(random.nextInt(items.size()));
      for (byte[] other : contents) {
        if (other.length == contents.get(item.content).length && random.nextBoolean()) {
          write(item, other, other.length);
        }
      }
    }
  }

  private void halfOverwrite() {
    if (!items.isEmpty()) {
      Item item = items.get(random.nextInt(items.size()));
      byte[] noise = Bed.noise(random, contents.get(item.content).length);
      write(item, noise, 1 + random.nextInt(noise.length));
    }
  }

  private void write(Item item, byte[] body, int bytes) {
    int from = 0;
    for (int i = 0; i < item.at.length && from < bytes; i++) {
      int length = Math.min(item.lengths[i], bytes - from);
      memory.write(item.at[i], Arrays.copyOfRange(body, from, from + length));
      from += length;
    }
  }

  /** Freed: the bytes stay until somebody else writes there. */
  private void remove() {
    if (!items.isEmpty()) {
      items.remove(random.nextInt(items.size()));
    }
  }

  private void move() {
    if (!items.isEmpty()) {
      Item item = items.remove(random.nextInt(items.size()));
      write(item, new byte[contents.get(item.content).length], Integer.MAX_VALUE);
      store(item.content);
    }
  }

  private void poke() {
    undoAt = random.nextInt(memory.ram.length - 64);
    undo = Arrays.copyOfRange(memory.ram, undoAt, undoAt + 64);
    memory.write(undoAt, Bed.noise(random, 64));
  }

  private void undo() {
    if (undoAt >= 0) {
      memory.write(undoAt, undo);
      undoAt = -1;
    }
  }
}
