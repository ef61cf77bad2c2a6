package dev.hacolo.bed.bench.load;

import dev.hacolo.bed.traffic.WrongAnswerException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.SplittableRandom;

/** Gets and sets of random keys; first of all, together with the others, a set of every key. */
final class StoreTalk implements Talk {
  /** Number of keys; each is written with three digits. */
  static final int KEYS = 200;

  private final ValueBook book;
  private final int connection;
  private final int readPercent;
  private final SplittableRandom random;
  private final String name;
  private final byte[][] getRequests;
  private final byte[][] setRequests;
  private final byte[][] valueStarts;
  private final byte[] setEnd;
  private final byte[] valueEnd;
  private final byte[] stored;
  private int key;
  private boolean setting;
  private long floor;

  /**
   * Prepares a connection.
   *
   * @param readPercent gets in 100 requests
   */
  StoreTalk(
      StoreWire wire, ValueBook book, int connection, int readPercent, SplittableRandom random) {
    this.book = book;
    this.connection = connection;
    this.readPercent = readPercent;
    this.random = random;
    this.name = wire.name().toLowerCase(Locale.ROOT);
    this.getRequests = wire.gets(KEYS);
    this.setRequests = wire.sets(KEYS);
    this.valueStarts = wire.valueStarts(KEYS);
    this.setEnd = wire.setEnd();
    this.valueEnd = wire.valueEnd();
    this.stored = wire.stored();
  }

  @Override
  public void request(ByteBuffer out) {
    int unfilled = book.unfilled();
    key = unfilled >= 0 ? unfilled : book.anyKey();
    // A key whose first set is still under way on another connection may have no value yet.
    setting = unfilled >= 0 || !book.isStored(key) || random.nextInt(100) >= readPercent;
    if (setting) {
      out.put(setRequests[key]);
      book.write(out, connection, key);
      out.put(setEnd);
    } else {
      floor = book.floor(key);
      out.put(getRequests[key]);
    }
  }

  @Override
  public boolean isAnswered(ByteBuffer in) throws WrongAnswerException {
    return setting ? isStored(in) : isValue(in);
  }

  @Override
  public boolean isWarm() {
    return book.isFilled();
  }

  private boolean isStored(ByteBuffer in) throws WrongAnswerException {
    if (!Ascii.isThere(in, 0, stored, name + " set")) {
      return false;
    }
    requireEnd(in, stored.length);
    book.acknowledged(connection);
    return true;
  }

  private boolean isValue(ByteBuffer in) throws WrongAnswerException {
    byte[] start = valueStarts[key];
    int end = start.length + ValueBook.LENGTH;
    if (!Ascii.isThere(in, 0, start, name + " get")
        || in.position() < end
        || !Ascii.isThere(in, end, valueEnd, name + " get, behind the value")) {
      return false;
    }
    requireEnd(in, end + valueEnd.length);
    book.check(in, start.length, key, floor);
    return true;
  }

  private void requireEnd(ByteBuffer in, int end) throws WrongAnswerException {
    if (in.position() > end) {
      throw new WrongAnswerException(name + " request", Ascii.text(in, end), "nothing more");
    }
  }
}
