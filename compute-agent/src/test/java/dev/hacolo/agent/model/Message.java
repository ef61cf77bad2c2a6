package dev.hacolo.agent.model;

/** Messages from A to B, one byte each. A connection's inputs and records come in order. */
final class Message {
  private static final int RECORD = 2;
  private static final int MARK = 0x40;
  private static final int TELLS = 0x10;

  private Message() {}

  static int input(int client) {
    return 8 | client;
  }

  static int record(int client) {
    return 8 | RECORD | client;
  }

  /** With how many requests of each client the guest had acknowledged, if the seal tells. */
  static int mark(boolean tells, int taken0, int taken1) {
    int told = TELLS | (taken0 << 2) | taken1;
    return tells ? MARK | told : MARK;
  }

  static boolean isMark(int message) {
    return (message & MARK) != 0;
  }

  static boolean isRecord(int message) {
    return !isMark(message) && (message & RECORD) != 0;
  }

  static boolean isInput(int message) {
    return !isMark(message) && (message & RECORD) == 0;
  }

  static boolean tells(int mark) {
    return (mark & TELLS) != 0;
  }

  static int taken(int mark, int client) {
    return client == 0 ? (mark >> 2) & 3 : mark & 3;
  }

  static int client(int message) {
    return message & 1;
  }
}
