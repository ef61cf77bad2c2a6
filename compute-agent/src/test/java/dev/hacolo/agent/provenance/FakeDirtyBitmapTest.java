package dev.hacolo.agent.provenance;

class FakeDirtyBitmapTest extends SynchronisedMemoryContract {
  private final FakeDirtyBitmap bitmap = new FakeDirtyBitmap();

  @Override
  SynchronisedMemory subject() {
    return bitmap;
  }

  @Override
  void write(int at, byte[] bytes) {
    bitmap.written(memory.address(at), bytes.length);
    memory.write(at, bytes);
  }

  @Override
  void begin() {
    bitmap.begin();
  }

  @Override
  void complete() {
    bitmap.rotate();
  }

  @Override
  void end() {
    bitmap.end();
  }
}
