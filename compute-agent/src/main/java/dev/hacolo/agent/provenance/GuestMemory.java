package dev.hacolo.agent.provenance;

import java.util.List;

/**
 * RAM of a running guest, to be read only. Any thread may call any method; what {@link #open}
 * returns belongs to one thread at a time.
 */
public interface GuestMemory extends AutoCloseable {
  /**
   * What is RAM, in the order of addresses, without overlap. ROM and video memory are not in it.
   */
  List<RamRange> ranges();

  /** A reader with buffers of its own. After {@link #close} it reads nothing. */
  MemoryReader open();

  /** Whether QEMU lives, as far as can be told, and this is not closed. */
  boolean alive();

  /** Gives up the hold on QEMU's memory; every read from now on fails. May be repeated. */
  @Override
  void close();
}
