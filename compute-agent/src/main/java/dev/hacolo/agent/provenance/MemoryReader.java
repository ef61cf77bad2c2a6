package dev.hacolo.agent.provenance;

/**
 * Reads guest memory while the guest runs: bytes may change during a read and after it. One thread
 * at a time. No method blocks for longer than the copying takes, or throws because of what QEMU
 * does.
 */
public interface MemoryReader extends AutoCloseable {
  /** Reads nothing. */
  MemoryReader NOTHING =
      new MemoryReader() {
        @Override
        public boolean read(Extents extents, int from, byte[] into, int at, int length) {
          return false;
        }

        @Override
        public boolean read(long address, byte[] into, int at, int length) {
          return false;
        }

        @Override
        public void close() {
          // It has no buffers.
        }
      };

  /** Most bytes of one read. */
  int MAX_READ = 256 << 10;

  /**
   * Reads a stretch of a body.
   *
   * @param from position in the body, from 0
   * @param length 0 to {@link #MAX_READ} bytes that lie in the extents
   * @return false if not all of it could be read, because it is no RAM or QEMU has ended; {@code
   *     into} may have changed then
   * @throws IndexOutOfBoundsException if the stretch is not in the extents or not in the array
   */
  boolean read(Extents extents, int from, byte[] into, int at, int length);

  /** The same for a stretch that starts at an address. */
  boolean read(long address, byte[] into, int at, int length);

  /** Releases the buffers; every read from now on fails. */
  @Override
  void close();
}
