package dev.hacolo.bed.bench.load;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the clients of a benchmark do. */
public enum Workload {
  /** Gets of 1 KiB alone. */
  MEMCACHED_READ("memcached-100/0", StoreWire.MEMCACHED, 100),
  /** The same, at a rate that is offered: 200 a second on each connection. */
  MEMCACHED_PACED("memcached-100/0-paced", StoreWire.MEMCACHED, 100),
  /** 95 % gets, 5 % sets. */
  MEMCACHED_MOSTLY_READ("memcached-95/5", StoreWire.MEMCACHED, 95),
  /** Half gets, half sets. */
  MEMCACHED_MIXED("memcached-50/50", StoreWire.MEMCACHED, 50),
  /** 95 % gets, 5 % sets, each of them synchronously on disk. */
  REDIS_MOSTLY_READ("redis-95/5", StoreWire.REDIS, 95),
  /** A file of 64 KiB. */
  WEB("web-64k", null, 0),
  /** Datagrams of 64 bytes. */
  UDP_ECHO("udp-echo", null, 0),
  /** Computations on all CPUs of the guest, with barriers and locks. */
  PARALLEL("parallel", null, 0);

  private static final int HTTP = 80;
  private static final int SMALL_ANSWER = 4096;
  private static final long PACE_NANOS = 5_000_000;

  private final String title;
  private final @Nullable StoreWire store;
  private final int readPercent;

  Workload(String title, @Nullable StoreWire store, int readPercent) {
    this.title = title;
    this.store = store;
    this.readPercent = readPercent;
  }

  /** The name that a person gives it. */
  public String title() {
    return title;
  }

  /** The workload of a name. */
  public static Optional<Workload> of(String title) {
    return Arrays.stream(values()).filter(w -> w.title.equals(title)).findFirst();
  }

  /** Whether it makes the guest write to its disk. */
  public boolean writesToDisk() {
    return store == StoreWire.REDIS;
  }

  int port() {
    if (store != null) {
      return store.port();
    }
    return switch (this) {
      case UDP_ECHO -> EchoTalk.PORT;
      case PARALLEL -> KernelTalk.PORT;
      default -> HTTP;
    };
  }

  boolean isDatagrams() {
    return this == UDP_ECHO;
  }

  /** Time from one request of a connection to the next, in ns; 0: as soon as it has its answer. */
  long paceNanos() {
    return this == MEMCACHED_PACED ? PACE_NANOS : 0;
  }

  /** Room for the longest answer, in bytes. */
  int room(byte[] page) {
    return this == WEB ? WebTalk.room(page.length) : SMALL_ANSWER;
  }

  /** What is said on each of some connections. */
  List<Talk> talks(int connections, SplittableRandom random, byte[] page) {
    ValueBook book = new ValueBook(StoreTalk.KEYS, connections, random.split());
    return IntStream.range(0, connections).mapToObj(i -> talk(i, book, random, page)).toList();
  }

  private Talk talk(int connection, ValueBook book, SplittableRandom random, byte[] page) {
    if (store != null) {
      return new StoreTalk(store, book, connection, readPercent, random.split());
    }
    return switch (this) {
      case UDP_ECHO -> new EchoTalk(random.split());
      case PARALLEL -> new KernelTalk(connection);
      default -> new WebTalk(page);
    };
  }
}
