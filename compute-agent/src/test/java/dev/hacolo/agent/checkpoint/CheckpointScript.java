package dev.hacolo.agent.checkpoint;

import dev.hacolo.agent.compare.CheckpointCause;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Plays one trace against the controller: an event a line, below it indented what became of it. The
 * time stands in front, in milliseconds since the last event with a {@code +}, else since the
 * beginning. What the controller wants to do in between happens in between.
 *
 * <pre>
 * start [hold=500] [interval=10000] [pause=20]      (the settings; time 0)
 *     [takes=N]        (each request is followed by a STOP after 5 ms, a RESUME N ms after that)
 * TIME raised CAUSE [epoch=N] [times=N]             (epoch: the present one)
 * TIME raises CAUSE every=MILLISECONDS             (again and again up to that time)
 * TIME requested | stop | seal certain | seal uncertain | resume | continued | refused | wait
 * TIME load [pages=N] [lag=MILLISECONDS]
 * </pre>
 */
final class CheckpointScript {
  private static final long MS = 1_000_000;
  private static final long NEVER = -1;

  private final StringBuilder out = new StringBuilder();
  private @Nullable CheckpointController controller;
  private @Nullable CheckpointSettings settings;
  private long origin;
  private long now;
  private long seals;
  private OptionalLong lookAt = OptionalLong.empty();
  private String told = "";
  private long takes;
  private long stopAt = NEVER;
  private long resumeAt = NEVER;

  /**
   * Plays the lines that are not indented.
   *
   * @param origin time 0 on the controller's clock
   */
  static String play(List<String> lines, long origin) {
    CheckpointScript script = new CheckpointScript();
    script.origin = origin;
    script.now = origin;
    for (String line : lines) {
      if (!line.startsWith(" ")) {
        script.line(line);
      }
    }
    return script.out.toString();
  }

  private void line(String line) {
    boolean event = !line.isBlank() && !line.startsWith("#");
    if (!event || line.startsWith("start")) {
      out.append(line).append('\n');
      if (event) {
        start(options(line));
      }
      return;
    }
    String[] words = line.split(" ", -1);
    boolean relative = words[0].startsWith("+");
    long time = Long.parseLong(words[0].replace("+", "")) * MS + (relative ? now : origin);
    if (words[1].equals("raises")) {
      out.append(line).append('\n');
      raises(words[2], time, options(line).getOrDefault("every", 1L) * MS);
      return;
    }
    runUntil(time);
    now = time;
    out.append(line).append('\n');
    event(words, options(line));
    look(true);
  }

  private void start(Map<String, Long> options) {
    settings =
        new CheckpointSettings(
            options.getOrDefault("hold", 500L) * MS,
            options.getOrDefault("interval", 10_000L) * MS,
            options.getOrDefault("pause", 20L).intValue());
    controller = new CheckpointController(settings, now);
    takes = options.getOrDefault("takes", 0L) * MS;
    lookAt = OptionalLong.empty();
    told = "";
  }

  private static Map<String, Long> options(String line) {
    Map<String, Long> options = new HashMap<>();
    for (String word : line.split(" ", -1)) {
      int cut = word.indexOf('=');
      if (cut > 0) {
        options.put(word.substring(0, cut), Long.parseLong(word.substring(cut + 1)));
      }
    }
    return options;
  }

  private CheckpointController controller() {
    return Objects.requireNonNull(controller, "a trace begins with start");
  }

  private void event(String[] words, Map<String, Long> options) {
    switch (words[1]) {
      case "raised" -> raised(CheckpointCause.valueOf(words[2]), options);
      case "requested" -> controller().requested(now);
      case "load" ->
          controller()
              .load(
                  new CheckpointLoad(
                      optional(options.get("pages"), 1), optional(options.get("lag"), MS)));
      case "stop" -> controller().stopped(now);
      case "seal" -> controller().sealed(++seals, words[2].equals("certain"));
      case "resume" -> controller().resumed(now).ifPresent(this::show);
      case "continued" -> controller().continued();
      case "refused" -> controller().refused(now);
      case "wait" -> {
        // What had to happen has happened on the way.
      }
      default -> throw new IllegalArgumentException("unknown event '%s'".formatted(words[1]));
    }
  }

  private static OptionalLong optional(@Nullable Long value, long unit) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value * unit);
  }

  private void raised(CheckpointCause cause, Map<String, Long> options) {
    long deadline = Objects.requireNonNull(settings).deadline(cause, now);
    for (long i = 0; i < options.getOrDefault("times", 1L); i++) {
      controller().raised(cause, options.getOrDefault("epoch", seals), deadline);
    }
  }

  private void raises(String cause, long until, long every) {
    for (long at = now + every; at - until <= 0; at += every) {
      runUntil(at);
      now = at;
      raised(CheckpointCause.valueOf(cause), Map.of());
      look(true);
    }
  }

  private void show(CheckpointRecord r) {
    out.append(
        "  checkpoint %d for %s: paused %s ms, %s ms after the last%s%n"
            .formatted(
                r.number(),
                new TreeSet<>(r.causes()),
                millis(r.pauseNanos()),
                millis(r.sinceLastNanos()),
                r.certain() ? "" : ", uncertain"));
  }

  private void runUntil(long time) {
    while (true) {
      long next = lookAt.isPresent() ? lookAt.getAsLong() - time : 0;
      if (stopAt != NEVER && stopAt - time <= Math.min(next, 0)) {
        now = stopAt;
        stopAt = NEVER;
        resumeAt = now + takes;
        controller().stopped(now);
        controller().sealed(++seals, true);
      } else if (resumeAt != NEVER && resumeAt - time <= Math.min(next, 0)) {
        now = resumeAt;
        resumeAt = NEVER;
        controller().resumed(now).ifPresent(this::show);
      } else if (next < 0) {
        now = lookAt.getAsLong();
      } else {
        return;
      }
      look(false);
    }
  }

  /** Says what is to be done now, and when there is something to be done next if that is new. */
  private void look(boolean afterEvent) {
    CheckpointOrder order = controller().next(now);
    lookAt = order.lookAgainAt();
    if (order.askNow()) {
      out.append("  %s: ask%n".formatted(millis(now - origin)));
      told = "";
      stopAt = takes > 0 ? now + 5 * MS : NEVER;
    } else if (takes == 0) {
      tellNext(afterEvent);
    }
  }

  private void tellNext(boolean afterEvent) {
    String next =
        lookAt.isPresent()
            ? "  next at %s%n".formatted(millis(lookAt.getAsLong() - origin))
            : "  rests\n";
    if (!afterEvent || !next.equals(told)) {
      out.append(next);
    }
    told = next;
  }

  private static String millis(long nanos) {
    String text = "%d.%06d".formatted(nanos / MS, nanos % MS);
    return text.replaceAll("0+$", "").replaceAll("\\.$", "");
  }
}
