package dev.hacolo.bed.stage;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What happened and when, for a person: one line an event, with the time since the start; bars for
 * what goes on. On a terminal a bar is redrawn in place, elsewhere it gets a line every tenth.
 * Thread-safe.
 */
public final class Timeline {
  private static final int BAR = 30;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintStream out;
  private final boolean terminal;
  private final boolean bars;
  private final long start = System.nanoTime();
  private final Instant startInstant = Instant.now();
  private final List<Entry> entries = new ArrayList<>();
  private final List<Entry> waiting = new ArrayList<>();
  private boolean held;
  private String bar = "";
  private String shown = "";

  /**
   * An event.
   *
   * @param atMs when, in ms since the start
   * @param text what
   */
  public record Entry(long atMs, String text) {}

  /**
   * An empty one.
   *
   * @param terminal whether {@code out} is one
   */
  public Timeline(PrintStream out, boolean terminal) {
    this(out, terminal, true);
  }

  private Timeline(PrintStream out, boolean terminal, boolean bars) {
    this.out = out;
    this.terminal = terminal;
    this.bars = bars;
  }

  /** One without bars. */
  public static Timeline ofEvents(PrintStream out) {
    return new Timeline(out, false, false);
  }

  /** Something happened now. */
  public void event(String format, Object... arguments) {
    eventAfter((System.nanoTime() - start) / 1_000_000, format, arguments);
  }

  /** Something happened at this time, which may be a little ago. */
  public void eventAt(Instant at, String format, Object... arguments) {
    eventAfter(Duration.between(startInstant, at).toMillis(), format, arguments);
  }

  /** Keeps events back until {@link #release}: their news come in another order than they did. */
  public synchronized void hold() {
    held = true;
  }

  /** Shows what was kept back, in the order of its times. */
  public synchronized void release() {
    held = false;
    waiting.sort(Comparator.comparingLong(Entry::atMs));
    waiting.forEach(entry -> show(entry.atMs(), entry.text()));
    waiting.clear();
  }

  private synchronized void eventAfter(long atMs, String format, Object... arguments) {
    String text = String.format(Locale.ROOT, format, arguments);
    if (held) {
      waiting.add(new Entry(atMs, text));
    } else {
      show(atMs, text);
    }
  }

  private void show(long atMs, String text) {
    entries.add(new Entry(atMs, text));
    if (terminal && !bar.isEmpty()) {
      out.print(CLEAR_LINE);
    }
    out.println(String.format(Locale.ROOT, "%8.3f s  %s", atMs / 1000.0, text));
    redraw();
  }

  /** Shows how far something has come. */
  synchronized void progress(int diskPercent, int ramPercent) {
    if (!bars) {
      return;
    }
    bar = "            disk %s   RAM %s".formatted(drawn(diskPercent), drawn(ramPercent));
    if (terminal) {
      redraw();
      return;
    }
    String tenths = "%d/%d".formatted(diskPercent / 10, ramPercent / 10);
    if (!tenths.equals(shown)) {
      out.println(bar);
      shown = tenths;
    }
  }

  /** Nothing is going on any more. */
  public synchronized void endProgress() {
    if (terminal && !bar.isEmpty()) {
      out.println(CLEAR_LINE + bar);
    }
    bar = "";
    shown = "";
    out.flush();
  }

  /** A line without a time. */
  public synchronized void line(String text) {
    out.println(text);
    out.flush();
  }

  /** All events so far. */
  public synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }

  private void redraw() {
    if (terminal && !bar.isEmpty()) {
      out.print(CLEAR_LINE + bar);
    }
    out.flush();
  }

  private static String drawn(int percent) {
    int full = Math.max(0, Math.min(BAR, percent * BAR / 100));
    return "[%s%s] %3d %%".formatted("#".repeat(full), ".".repeat(BAR - full), percent);
  }
}
