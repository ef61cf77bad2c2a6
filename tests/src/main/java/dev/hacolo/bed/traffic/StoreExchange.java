package dev.hacolo.bed.traffic;

import java.io.IOException;
import java.util.List;

/** Writes and reads in turn; a read asks for any of the connection's own earlier writes. */
final class StoreExchange implements Exchange {
  private final ConnectionRecord record;
  private final WriteScheme scheme;
  private final StoreSession session;
  private final java.util.Random random;
  private boolean write;

  StoreExchange(ConnectionRecord record, WriteScheme scheme, StoreSession session) {
    this.record = record;
    this.scheme = scheme;
    this.session = session;
    this.random = new java.util.Random(record.id());
  }

  @Override
  public void next() throws IOException, WrongAnswerException {
    write = !write;
    if (write) {
      long number = record.beginWrite();
      session.set(scheme.key(record.id(), number), scheme.value(record.id(), number));
      record.writeAcknowledged();
    } else {
      read();
    }
  }

  private void read() throws IOException, WrongAnswerException {
    ConnectionRecord.Snapshot now = record.snapshot();
    long kept = Math.min(scheme.slots(), now.acknowledgedWrites());
    long number = now.acknowledgedWrites() - (long) (random.nextDouble() * kept);
    String key = scheme.key(record.id(), number);
    byte[] found = session.get(List.of(key)).get(key);
    Finding finding = Finding.of(now, (int) (number % scheme.slots()), scheme, found);
    if (finding != Finding.PRESENT) {
      record.wrong("the value of %s, which was acknowledged, is %s".formatted(key, finding));
    }
  }
}
