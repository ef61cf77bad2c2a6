package dev.hacolo.agent.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * One state of the pair and its clients, as bytes. Names that end in S are arrays, by client or by
 * operation ({@link #op}); counts of requests, outputs and records count from the first one on.
 */
final class State {
  static final int CLIENTS = 2;
  static final int OPS = 3;

  // Clients.
  static final int SENTS = 0;
  static final int GOTS = 2; // answers, by operation
  static final int AFTERS = 8; // how many of the other's requests were over when it was sent
  static final int DEADS = 14; // requests below are on a connection that was reset

  // Primary VM. What agent A has to do at once is part of the VM's step.
  static final int P_DATA = 16; // 2 bytes
  static final int P_DONES = 18;
  static final int P_SAIDS = 20; // answers, by operation; after a failover: what the ledger expects
  static final int P_TAKENS =
      26; // requests that the guest had when it stopped last; 0 if it will not again

  // Secondary VM.
  static final int S_DATA = 28; // 2 bytes
  static final int S_DONES = 30;
  static final int S_SAIDS = 32;
  static final int S_TAKENS = 38; // requests in the guest at its last stop or load

  // Agent A.
  static final int FRAMES = 40; // by operation: Frame's bits
  static final int A_DONES = 46; // outputs in front of the last seal
  static final int A_ASKEDS = 48; // inputs in front of the last seal
  static final int A_FLAGS = 50;

  // Agent B.
  static final int B_INPUTS = 51;
  static final int B_RECORDS = 53;
  static final int B_ANSWEREDS = 55; // records that have a verdict, or will have none
  static final int B_MARKEDS = 57; // records in front of the last mark
  static final int B_LEDGERS = 59; // ledger entries below are discarded
  static final int B_DROPPEDS = 61; // inputs below are dropped
  static final int B_SEENS = 63; // answers in the SVM's stream as B knows it, by operation
  static final int B_TAKENS = 69; // requests that the guest had, as the last mark tells
  static final int B_FLAGS = 71;

  // The pair.
  static final int MODE = 72;
  static final int PHASE = 73;
  static final int CHECKPOINTS = 74;
  static final int LINK_SIZE = 75;
  static final int LINK = 76; // messages from A to B
  static final int MAX_LINK = 16;
  static final int SIZE = 96;

  // MODE: who is there.
  static final int BOTH = 0;
  static final int SECONDARY_ALONE = 1;
  static final int PRIMARY_ALONE = 2;

  // PHASE of the checkpoint, as QEMU does it.
  static final int RUNNING = 0;
  static final int SECONDARY_STOPPED = 1;
  static final int PRIMARY_STOPPED = 2;
  static final int LOADED = 3; // the SVM runs on the new state, the PVM still stands

  // A_FLAGS.
  static final int STOP_UNSEEN = 1; // the PVM has stopped, A does not know yet
  static final int STOPPING = 2; // A knows of the stop and has not sealed yet
  static final int DIVERGED = 4; // a divergence is known in this epoch
  static final int UNSURE = 8; // the last seal was uncertain
  static final int COVERING = 16; // the last seal was certain, its state is not known to be loaded
  static final int LOAD_TOLD = 32; // "k is loaded" is on its way from B

  // B_FLAGS.
  static final int B_STOPPED = 1; // B knows that the SVM stands
  static final int B_LATE = 2; // the SVM has stopped, B does not know yet
  static final int MARK_EARLY = 4; // B has the mark of a checkpoint that it has not seen loaded
  static final int MARK_DUE = 8; // B has seen a load whose mark has not come
  static final int MARK_TELLS = 16;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  final byte[] bytes = new byte[SIZE];

  void set(State other) {
    System.arraycopy(other.bytes, 0, bytes, 0, SIZE);
  }

  static int op(int client, int index) {
    return client * OPS + index;
  }

  int get(int at) {
    return bytes[at];
  }

  void put(int at, int value) {
    bytes[at] = (byte) value;
  }

  void add(int at, int value) {
    bytes[at] += (byte) value;
  }

  boolean has(int at, int flag) {
    return (bytes[at] & flag) != 0;
  }

  void raise(int at, int flag) {
    bytes[at] |= (byte) flag;
  }

  void clear(int at, int flag) {
    bytes[at] &= (byte) ~flag;
  }

  int data(int at) {
    return (bytes[at] & 0xFF) | (bytes[at + 1] << 8);
  }

  void data(int at, int value) {
    bytes[at] = (byte) value;
    bytes[at + 1] = (byte) (value >> 8);
  }

  /** What a client has got of its connections' streams; behind a gap, TCP gives it nothing. */
  int answer(int client, int index) {
    for (int before = client * OPS; before < op(client, index); before++) {
      if (bytes[GOTS + before] == 0) {
        return 0;
      }
    }
    return bytes[GOTS + op(client, index)];
  }

  void copy(int from, int to, int length) {
    System.arraycopy(bytes, from, bytes, to, length);
  }

  void zero(int from, int end) {
    for (int at = from; at < end; at++) {
      bytes[at] = 0;
    }
  }

  void send(int message) {
    bytes[LINK + bytes[LINK_SIZE]++] = (byte) message;
  }

  int receive() {
    int message = bytes[LINK];
    int left = --bytes[LINK_SIZE];
    System.arraycopy(bytes, LINK + 1, bytes, LINK, left);
    bytes[LINK + left] = 0;
    return message;
  }

  /** 64 bits that two different states share with a probability of about 2^-64. */
  long fingerprint() {
    long hash = 0x9E3779B97F4A7C15L;
    for (int at = 0; at < SIZE; at += 8) {
      hash = (hash ^ (long) LONGS.get(bytes, at)) * 0xD6E8FEB86659FD93L;
      hash ^= hash >>> 32;
      hash *= 0xD6E8FEB86659FD93L;
      hash ^= hash >>> 29;
    }
    return hash == 0 ? 1 : hash;
  }
}
