package dev.hacolo.agent.compare;

import dev.hacolo.agent.digest.ContentDigest;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Datagrams of the secondary VM without a record, or records without a datagram, by digest. */
final class DatagramPool {
  private final Map<ContentDigest.Value, Bin> bins = new HashMap<>();
  private int datagrams;
  private int records;

  /** Of the two at least one is empty. */
  private static final class Bin {
    int datagrams;
    final ArrayDeque<OutputRecord.Datagram> records = new ArrayDeque<>(1);
  }

  /** A datagram: the record that it answers, else null, and it is kept if {@code keep}. */
  OutputRecord.@Nullable Datagram output(ContentDigest.Value digest, boolean keep) {
    Bin bin = bins.get(digest);
    if (bin != null && !bin.records.isEmpty()) {
      OutputRecord.Datagram answered = bin.records.remove();
      records--;
      drop(digest, bin);
      return answered;
    }
    if (keep) {
      bins.computeIfAbsent(digest, d -> new Bin()).datagrams++;
      datagrams++;
    }
    return null;
  }

  /** Whether a record has its datagram, which is used up; else it is kept if {@code keep}. */
  boolean matched(OutputRecord.Datagram output, boolean keep) {
    Bin bin = bins.get(output.digest());
    if (bin != null && bin.datagrams > 0) {
      bin.datagrams--;
      datagrams--;
      drop(output.digest(), bin);
      return true;
    }
    if (keep) {
      bins.computeIfAbsent(output.digest(), d -> new Bin()).records.add(output);
      records++;
    }
    return false;
  }

  private void drop(ContentDigest.Value digest, Bin bin) {
    if (bin.datagrams == 0 && bin.records.isEmpty()) {
      bins.remove(digest);
    }
  }

  void clear() {
    bins.clear();
    datagrams = 0;
    records = 0;
  }

  int datagrams() {
    return datagrams;
  }

  int records() {
    return records;
  }
}
