package dev.hacolo.agent.profile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a service's requests do and how they are answered; docs/profiles.md explains how to write
 * one. Immutable.
 */
public final class ServiceProfile {
  private final String name;
  private final Set<Integer> ports;
  private final Framing framing;
  private final boolean traceless;
  private final List<VerbProfile> verbs;
  private final WordTable<VerbProfile> table;
  private final WordTable<HeaderField> fields;

  /**
   * Takes a profile as it is declared.
   *
   * @param name of the service, unique among a guest's
   * @param ports TCP ports of the guest, 1 to 65535 each; none switches the profile off
   * @param framing of requests and answers
   * @param traceless whether a read changes nothing that anybody may miss, not even a log: then a
   *     secondary VM need not carry out reads whose answers clients have already
   * @param verbs those that are known
   * @param ignoredHeaders names of HTTP fields that do not decide what the answer is
   * @throws IllegalArgumentException if {@link #problems} has something to say
   */
  public ServiceProfile(
      String name,
      Set<Integer> ports,
      Framing framing,
      boolean traceless,
      List<VerbProfile> verbs,
      Set<String> ignoredHeaders) {
    List<String> problems = problems(framing, verbs);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    this.name = name;
    this.ports = Set.copyOf(ports);
    this.framing = framing;
    this.traceless = traceless;
    this.verbs = List.copyOf(verbs);
    Map<String, VerbProfile> words = new HashMap<>();
    verbs.forEach(v -> words.put(v.verb(), v));
    this.table = new WordTable<>(words, framing.ignoresCase());
    Set<String> ignored = new HashSet<>();
    ignoredHeaders.forEach(h -> ignored.add(h.toLowerCase(Locale.ROOT)));
    this.fields = HeaderField.table(ignored);
  }

  /** What is wrong with verbs in a framing, a sentence each. */
  public static List<String> problems(Framing framing, List<VerbProfile> verbs) {
    List<String> problems = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (VerbProfile verb : verbs) {
      String problem = verb.problem(framing);
      if (problem != null) {
        problems.add("verb '%s': %s".formatted(verb.verb(), problem));
      }
      String word = framing.ignoresCase() ? verb.verb().toLowerCase(Locale.ROOT) : verb.verb();
      if (!seen.add(word)) {
        problems.add("verb '%s' is there twice".formatted(verb.verb()));
      }
    }
    return problems;
  }

  /** Name of the service. */
  public String name() {
    return name;
  }

  /** TCP ports of the guest. */
  public Set<Integer> ports() {
    return ports;
  }

  /** How requests and answers are delimited. */
  public Framing framing() {
    return framing;
  }

  /** Whether a read changes nothing that anybody may miss. */
  public boolean traceless() {
    return traceless;
  }

  /** What is known of verbs, as declared. */
  public List<VerbProfile> verbs() {
    return verbs;
  }

  WordTable<VerbProfile> table() {
    return table;
  }

  /**
   * A connection that has just been opened.
   *
   * @param key of the hashes; what is learnt under one key means nothing under another
   */
  public Conversation conversation(HashKey key) {
    Exchange exchange = new Exchange(this, key);
    return switch (framing) {
      case MEMCACHED_TEXT ->
          new Conversation(
              exchange, new MemcachedRequests(exchange), new MemcachedAnswers(exchange));
      case RESP ->
          new Conversation(exchange, new RespRequests(exchange), new RespAnswers(exchange));
      case HTTP ->
          new Conversation(
              exchange, new HttpRequests(exchange, fields), new HttpAnswers(exchange, fields));
    };
  }

  @Override
  public String toString() {
    return name;
  }
}
