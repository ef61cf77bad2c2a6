package dev.hacolo.agent.provenance;

class FakeGuestMemoryTest extends GuestMemoryContract {
  private FakeGuestMemory fake = new FakeGuestMemory(2);

  @Override
  GuestMemory start() {
    fake = new FakeGuestMemory(64);
    return fake;
  }

  @Override
  void write(int at, byte[] bytes) {
    fake.write(at, bytes);
  }

  @Override
  void kill() {
    fake.faulty = true;
  }
}
