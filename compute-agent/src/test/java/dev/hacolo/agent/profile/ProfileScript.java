package dev.hacolo.agent.profile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Plays one scenario: an event a line, below it indented what became of it.
 *
 * <pre>
 * start PROFILE      a new connection
 * c BYTES            the next bytes of the client
 * g BYTES            the next segment of the guest
 * lost | replay      bytes were missed; a new epoch begins
 * </pre>
 *
 * In BYTES, {@code \r}, {@code \n}, {@code \xNN} are bytes, and {@code {abc*9}} is abc nine times.
 * Subjects, contexts and framings are numbered as they occur, through the whole scenario.
 */
final class ProfileScript {
  private static final Pattern SPECIAL =
      Pattern.compile("\\\\r|\\\\n|\\\\x([0-9a-f]{2})|\\{(.*?)\\*(\\d+)}");

  private final StringBuilder out = new StringBuilder();
  private final Map<Long, String> subjects = new HashMap<>();
  private final Map<Long, String> contexts = new HashMap<>();
  private final Map<Long, String> framings = new HashMap<>();
  private Conversation conversation = Profiles.of("http").conversation(Profiles.KEY);

  static String play(List<String> lines) {
    ProfileScript script = new ProfileScript();
    for (String line : lines) {
      if (line.startsWith(" ")) {
        continue;
      }
      script.out.append(line).append('\n');
      if (!line.isBlank() && !line.startsWith("#")) {
        script.event(line);
      }
    }
    return script.out.toString();
  }

  private void say(String text) {
    out.append("  ").append(text).append('\n');
  }

  private void event(String line) {
    String[] parts = line.split(" ", 2);
    switch (parts[0]) {
      case "start" -> conversation = Profiles.of(parts[1]).conversation(Profiles.KEY);
      case "c" -> client(bytes(parts[1]));
      case "g" -> guest(bytes(parts[1]));
      case "lost" -> conversation.lost();
      case "replay" -> conversation.replay(this::request);
      default -> throw new IllegalArgumentException("unknown event '%s'".formatted(parts[0]));
    }
  }

  static byte[] bytes(String text) {
    ByteArrayOutputStream made = new ByteArrayOutputStream();
    Matcher matcher = SPECIAL.matcher(text);
    int at = 0;
    while (matcher.find()) {
      made.writeBytes(text.substring(at, matcher.start()).getBytes(ISO_8859_1));
      made.writeBytes(special(matcher).getBytes(ISO_8859_1));
      at = matcher.end();
    }
    made.writeBytes(text.substring(at).getBytes(ISO_8859_1));
    return made.toByteArray();
  }

  private static String special(Matcher matcher) {
    if (matcher.group(1) != null) {
      return String.valueOf((char) Integer.parseInt(matcher.group(1), 16));
    }
    if (matcher.group(2) != null) {
      String unit = new String(bytes(matcher.group(2)), ISO_8859_1);
      return unit.repeat(Integer.parseInt(matcher.group(3)));
    }
    return matcher.group().equals("\\r") ? "\r" : "\n";
  }

  private void client(byte[] data) {
    byte[] padded = new byte[data.length + 3];
    System.arraycopy(data, 0, padded, 3, data.length);
    conversation.client(padded, 3, data.length, this::request);
    state();
  }

  private void request(Request request) {
    say(request + named(" ", "s", subjects, request.subject()));
  }

  private static String named(String before, String kind, Map<Long, String> names, long value) {
    return value == 0 ? "" : before + names.computeIfAbsent(value, v -> kind + (names.size() + 1));
  }

  private void state() {
    say(conversation.understood() ? conversation.outstanding() + " outstanding" : "not understood");
  }

  private void guest(byte[] data) {
    Stretch s = conversation.guest(data, 0, data.length);
    String text = s.candidate() ? "candidate" : s.headed() ? "candidate with its head" : "waits";
    if (s.bodyLength() > 0) {
      String body = new String(data, s.bodyOffset(), s.bodyLength(), ISO_8859_1);
      text +=
          ": %s at %d of %d"
              .formatted(
                  body.length() > 24 ? body.length() + " bytes" : shown(body),
                  s.bodyPosition(),
                  s.bodyTotal());
      text += named(", ", "c", contexts, s.context()) + named(", ", "f", framings, s.framing());
    }
    say(text);
    state();
  }

  private static String shown(String body) {
    return "'" + body.replace("\r", "\\r").replace("\n", "\\n") + "'";
  }
}
