package dev.hacolo.agent.packet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Integers in network byte order inside byte arrays. */
public final class Bytes {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Bytes() {}

  /** An unsigned byte. */
  public static int u8(byte[] data, int at) {
    return data[at] & 0xff;
  }

  /** An unsigned 16-bit integer. */
  public static int u16(byte[] data, int at) {
    return (short) SHORT.get(data, at) & 0xffff;
  }

  /** A 32-bit integer. */
  public static int i32(byte[] data, int at) {
    return (int) INT.get(data, at);
  }

  /** A 64-bit integer. */
  public static long i64(byte[] data, int at) {
    return (long) LONG.get(data, at);
  }

  /** Writes the low 16 bits. */
  public static void putU16(byte[] data, int at, int value) {
    SHORT.set(data, at, (short) value);
  }

  /** Writes 32 bits. */
  public static void putI32(byte[] data, int at, int value) {
    INT.set(data, at, value);
  }

  /** Writes 64 bits. */
  public static void putI64(byte[] data, int at, long value) {
    LONG.set(data, at, value);
  }
}
