package dev.hacolo.agent.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hacolo.agent.profile.Answer;
import dev.hacolo.agent.profile.Effect;
import dev.hacolo.agent.profile.Framing;
import dev.hacolo.agent.profile.ServiceProfile;
import dev.hacolo.agent.profile.VerbProfile;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a service profile of a JSON object, and says all that is wrong with it. Used once. */
final class ProfileReader {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
  private static final Pattern VERB = Pattern.compile("[!-~]{1,32}( [!-~]{1,32})?");
  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]{1,64}");
  private static final int MOST_VERBS = 2000;
  private static final int MOST_ARGUMENTS = 1_000_000;
  private static final Set<String> FIELDS =
      Set.of("name", "comment", "ports", "framing", "traceless_reads", "verbs", "ignored_headers");
  private static final Set<String> VERB_FIELDS =
      Set.of(
          "verb",
          "comment",
          "effect",
          "answer",
          "subject",
          "at_least",
          "at_most",
          "block",
          "noreply",
          "session");

  private final List<String> problems = new ArrayList<>();

  /** Null if there are {@link #problems}. */
  @Nullable ServiceProfile read(JsonNode root) {
    if (!root.isObject()) {
      problems.add("the file is no profile: allowed is one JSON object");
      return null;
    }
    known("", root, FIELDS);
    String name = text("name", root.get("name"), NAME, "a name of a-z, 0-9 and '-'");
    Set<Integer> ports = ports(root.get("ports"));
    Framing framing = oneOf("framing", root.get("framing"), Framing.values(), Framing::word);
    boolean traceless = flag("", root, "traceless_reads");
    List<VerbProfile> verbs = verbs(root.get("verbs"));
    Set<String> ignored = ignored(root.get("ignored_headers"), framing);
    if (framing != null) {
      problems.addAll(ServiceProfile.problems(framing, verbs));
    }
    return problems.isEmpty() && framing != null
        ? new ServiceProfile(name, ports, framing, traceless, verbs, ignored)
        : null;
  }

  /** A sentence each: field, value, what is allowed. */
  List<String> problems() {
    return problems;
  }

  private void wrong(String field, @Nullable JsonNode value, String allowed) {
    problems.add(
        value == null
            ? "%s is missing: allowed is %s".formatted(field, allowed)
            : "%s is %s: allowed is %s".formatted(field, shown(value), allowed));
  }

  private static String shown(JsonNode value) {
    String text = value.isTextual() ? "'" + value.textValue() + "'" : value.toString();
    return text.length() > 60 ? text.substring(0, 60) + "..." : text;
  }

  private void known(String prefix, JsonNode object, Set<String> fields) {
    for (String field : new TreeSet<>(names(object))) {
      if (!fields.contains(field)) {
        problems.add(
            "%s%s is not known: allowed are %s"
                .formatted(prefix, field, String.join(", ", new TreeSet<>(fields))));
      }
    }
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private String text(String field, @Nullable JsonNode value, Pattern rule, String allowed) {
    if (value == null || !value.isTextual() || !rule.matcher(value.textValue()).matches()) {
      wrong(field, value, allowed);
      return "";
    }
    return value.textValue();
  }

  private <T> @Nullable T oneOf(
      String field, @Nullable JsonNode value, T[] all, Function<T, String> word) {
    for (T one : all) {
      if (value != null && value.isTextual() && word.apply(one).equals(value.textValue())) {
        return one;
      }
    }
    wrong(field, value, String.join(", ", Stream.of(all).map(word).toList()));
    return null;
  }

  private Set<Integer> ports(@Nullable JsonNode value) {
    Set<Integer> ports = new LinkedHashSet<>();
    boolean good = value != null && value.isArray();
    for (JsonNode port : good && value != null ? value : List.<JsonNode>of()) {
      good &= port.isInt() && port.intValue() > 0 && port.intValue() <= 65535;
      ports.add(port.intValue());
    }
    if (!good) {
      wrong("ports", value, "a list of numbers from 1 to 65535, empty to switch the profile off");
    }
    return ports;
  }

  private Set<String> ignored(@Nullable JsonNode value, @Nullable Framing framing) {
    Set<String> headers = new LinkedHashSet<>();
    boolean good = value == null || (value.isArray() && framing == Framing.HTTP);
    for (JsonNode header : good && value != null ? value : List.<JsonNode>of()) {
      good &= header.isTextual() && HEADER.matcher(header.textValue()).matches();
      headers.add(header.asText());
    }
    if (!good) {
      wrong("ignored_headers", value, "a list of names of fields, in framing http");
    }
    return headers;
  }

  private List<VerbProfile> verbs(@Nullable JsonNode value) {
    List<VerbProfile> verbs = new ArrayList<>();
    if (value == null || !value.isArray() || value.size() > MOST_VERBS) {
      wrong("verbs", value, "a list of at most %d objects".formatted(MOST_VERBS));
      return verbs;
    }
    for (int i = 0; i < value.size(); i++) {
      verb("verbs[%d]".formatted(i), value.get(i), verbs);
    }
    return verbs;
  }

  private void verb(String at, JsonNode value, List<VerbProfile> verbs) {
    if (!value.isObject()) {
      wrong(at, value, "an object");
      return;
    }
    String prefix = at + ".";
    known(prefix, value, VERB_FIELDS);
    Effect effect = oneOf(prefix + "effect", value.get("effect"), Effect.values(), Effect::word);
    Answer answer = oneOf(prefix + "answer", value.get("answer"), Answer.values(), Answer::word);
    int subject = number(prefix, value, "subject", 0);
    int block = number(prefix, value, "block", 0);
    int least = number(prefix, value, "at_least", Math.max(subject, block));
    int most = number(prefix, value, "at_most", VerbProfile.UNLIMITED);
    boolean noreply = flag(prefix, value, "noreply");
    boolean session = flag(prefix, value, "session");
    for (String word : words(prefix + "verb", value.get("verb"))) {
      if (effect != null && answer != null) {
        verbs.add(
            new VerbProfile(word, effect, answer, subject, least, most, block, noreply, session));
      }
    }
  }

  /** One verb, or several of which the same is true. */
  private List<String> words(String field, @Nullable JsonNode value) {
    String allowed = "one word, two with a space between them, or a list of such";
    List<String> words = new ArrayList<>();
    if (value == null || !value.isArray()) {
      words.add(text(field, value, VERB, allowed));
      return words;
    }
    value.forEach(word -> words.add(text(field, word, VERB, allowed)));
    return words;
  }

  private int number(String prefix, JsonNode object, String field, int other) {
    JsonNode value = object.get(field);
    if (value == null) {
      return other;
    }
    if (!value.isInt() || value.intValue() < 0 || value.intValue() > MOST_ARGUMENTS) {
      wrong(prefix + field, value, "a number from 0 to %d".formatted(MOST_ARGUMENTS));
      return other;
    }
    return value.intValue();
  }

  private boolean flag(String prefix, JsonNode object, String field) {
    JsonNode value = object.get(field);
    if (value != null && !value.isBoolean()) {
      wrong(prefix + field, value, "true or false");
    }
    return value != null && value.asBoolean();
  }
}
