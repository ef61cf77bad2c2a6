package dev.hacolo.service.fencing;

import dev.hacolo.service.config.FencingConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs the operator's executable: {@code COMMAND <instance uuid> <host> <generation>}, without a
 * shell, nothing on its standard input. Exit code 0: the host, or its copy of the instance, is out
 * of action. Any other: it is not. Blocks until it has ended or is killed; thread-safe.
 */
public final class FencingCommand {
  private static final int MAX_WORDS = 500;
  private static final long LAST_WORDS_MS = 1000;

  private final FencingConfig config;

  /** Runs what the configuration names. */
  public FencingCommand(FencingConfig config) {
    this.config = config;
  }

  /**
   * What came of it.
   *
   * @param fenced whether the command says so
   * @param reason one sentence, with the beginning of what the command has printed
   */
  public record Outcome(boolean fenced, String reason) {}

  /**
   * Runs the command once.
   *
   * @param generation of the pair, the one that was decided without the host
   */
  public Outcome run(UUID instance, String host, long generation) throws InterruptedException {
    Path command = config.command();
    Process process;
    try {
      process =
          new ProcessBuilder(
                  List.of(command.toString(), instance.toString(), host, Long.toString(generation)))
              .redirectErrorStream(true)
              .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
              .start();
    } catch (IOException e) {
      return new Outcome(false, "%s cannot be started: %s".formatted(command, e.getMessage()));
    }
    CompletableFuture<String> words = read(process.getInputStream());
    try {
      if (!process.waitFor(config.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
        kill(process);
        return new Outcome(
            false,
            "%s was killed after %d s%s"
                .formatted(command, config.timeout().toSeconds(), said(words)));
      }
    } catch (InterruptedException e) {
      kill(process);
      throw e;
    }
    int code = process.exitValue();
    return new Outcome(code == 0, "%s ended with %d%s".formatted(command, code, said(words)));
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Keeps the beginning and reads on, so that a command that talks a lot does not stand still. */
  private static CompletableFuture<String> read(InputStream output) {
    CompletableFuture<String> words = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try (output) {
                byte[] first = output.readNBytes(MAX_WORDS);
                output.transferTo(OutputStream.nullOutputStream());
                words.complete(new String(first, StandardCharsets.UTF_8).strip());
              } catch (IOException | UncheckedIOException e) {
                words.complete("");
              }
            },
            "fencing-output");
    reader.setDaemon(true);
    reader.start();
    return words;
  }

  /** A process that the command left behind may hold the pipe open: it is not waited for. */
  private static String said(CompletableFuture<String> words) throws InterruptedException {
    try {
      String text = words.get(LAST_WORDS_MS, TimeUnit.MILLISECONDS);
      return text.isEmpty() ? "" : ": " + text;
    } catch (ExecutionException | TimeoutException e) {
      return "";
    }
  }
}
