package dev.hacolo.bed.oracle.load;

import java.net.InetSocketAddress;

/** The guest's services that are asked. */
enum Service {
  MEMCACHED(11211),
  REDIS(6379),
  TOKENS(9);

  private final int port;

  Service(int port) {
    this.port = port;
  }

  InetSocketAddress at(String host) {
    return new InetSocketAddress(host, port);
  }
}
