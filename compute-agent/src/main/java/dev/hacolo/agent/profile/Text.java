package dev.hacolo.agent.profile;

/** Words and numbers in bytes. */
final class Text {
  private Text() {}

  static boolean is(byte[] data, int from, int to, byte[] expected) {
    return to - from == expected.length && startsWith(data, from, to, expected);
  }

  static boolean startsWith(byte[] data, int from, int to, byte[] expected) {
    if (to - from < expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (data[from + i] != expected[i]) {
        return false;
      }
    }
    return true;
  }

  /** The same in another array, of which only the first bytes count. */
  static boolean same(byte[] data, int from, int to, byte[] other, int otherLength) {
    if (to - from != otherLength) {
      return false;
    }
    for (int i = 0; i < otherLength; i++) {
      if (data[from + i] != other[i]) {
        return false;
      }
    }
    return true;
  }

  /** Compares with lower-case letters, whatever the case of the data. */
  static boolean isIgnoringCase(byte[] data, int from, int to, byte[] expected) {
    if (to - from != expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (WordTable.lower(data[from + i]) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * A decimal number in the one form that it can have: no sign, no leading zero.
   *
   * @return -1 if it has another form or is more than {@code most}
   */
  static long number(byte[] data, int from, int to, long most) {
    int digits = to - from;
    if (digits < 1 || digits > 18 || (digits > 1 && data[from] == '0')) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = data[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = 10 * value + digit;
    }
    return value > most ? -1 : value;
  }

  /** Whether there is a control character, which no line of text has. */
  static boolean hasControls(byte[] data, int from, int to) {
    for (int i = from; i < to; i++) {
      if ((data[i] >= 0 && data[i] < ' ') || data[i] == 0x7f) {
        return true;
      }
    }
    return false;
  }
}
