package dev.hacolo.bed.traffic;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A connection to a store of keys and values; one request at a time, not thread-safe. */
interface StoreSession {
  /** Writes, and returns when the write is acknowledged. */
  void set(String key, byte[] value) throws IOException, WrongAnswerException;

  /** Reads; what the store does not have is absent from the result. */
  Map<String, byte[]> get(List<String> keys) throws IOException, WrongAnswerException;
}
