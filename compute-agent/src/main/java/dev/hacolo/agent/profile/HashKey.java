package dev.hacolo.agent.profile;

/**
 * Secret key of the hashes in this package: a client that does not know it cannot find two requests
 * whose hashes are the same.
 *
 * @param first 64 random bits
 * @param second 64 random bits
 */
public record HashKey(long first, long second) {
  /** Another key for each name, so that equal requests of two services differ. */
  HashKey of(String name) {
    KeyedHash hash = new KeyedHash();
    hash.start(this).add(name).add((byte) 1);
    long one = hash.value();
    hash.start(this).add(name).add((byte) 2);
    return new HashKey(one, hash.value());
  }

  @Override
  public String toString() {
    return "HashKey";
  }
}
