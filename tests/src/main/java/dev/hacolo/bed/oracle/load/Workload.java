package dev.hacolo.bed.oracle.load;

/** What clients do. */
public enum Workload {
  /** All services are read and changed. */
  USUAL(4, 4, 0),
  /** A queue whose items everybody has looked at is emptied by all at once. */
  QUEUE(1, 0, 4);

  /** Clients of memcached, and as many of redis. */
  final int keyClients;

  final int tokenClients;
  final int queueClients;

  Workload(int keyClients, int tokenClients, int queueClients) {
    this.keyClients = keyClients;
    this.tokenClients = tokenClients;
    this.queueClients = queueClients;
  }
}
