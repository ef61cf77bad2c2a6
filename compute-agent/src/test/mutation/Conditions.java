import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.tools.ToolProvider;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs the tests once for each condition that is switched off: see run. */
final class Conditions {
  private static final Path SOURCES = Path.of("src/main/java/dev/hacolo/agent");
  private static final long SECONDS = 60;
  private static final int TEST_FAILED = 3;

  private record Edit(String file, String old, String fresh) {}

  private record Mutation(String name, List<Edit> edits) {}

  private final Path scratch;
  private final List<String> tests;
  private int survivors;

  private Conditions(Path scratch, List<String> tests) {
    this.scratch = scratch;
    this.tests = tests;
  }

  /** {@code test CLASS...}, or {@code SCRATCH LIST CLASS...}. */
  public static void main(String[] args) throws Exception {
    List<String> words = List.of(args);
    if (words.get(0).equals("test")) {
      System.exit(test(words.subList(1, words.size())));
    }
    Conditions run = new Conditions(Path.of(args[0]), words.subList(2, words.size()));
    System.exit(run.all(read(Path.of(args[1]))) ? 0 : 1);
  }

  private static int test(List<String> classes) {
    LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
    classes.forEach(c -> request.selectors(DiscoverySelectors.selectClass(c)));
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request.build(), listener);
    var summary = listener.getSummary();
    System.out.print("\nRESULT " + summary.getTestsFailedCount());
    summary.getFailures().stream()
        .limit(1)
        .forEach(f -> System.out.print(" " + f.getTestIdentifier().getLegacyReportingName()));
    System.out.println();
    boolean ran = summary.getTestsSucceededCount() + summary.getTestsFailedCount() > 0;
    return !ran || summary.getTotalFailureCount() > summary.getTestsFailedCount()
        ? 4
        : summary.getTestsFailedCount() > 0 ? TEST_FAILED : 0;
  }

  private static List<Mutation> read(Path list) throws IOException {
    List<Mutation> all = new ArrayList<>();
    String[] head = {};
    String old = "";
    for (String line : Files.readAllLines(list)) {
      String text = line.length() < 2 ? "" : line.substring(2).replace("\\n", "\n");
      if (line.startsWith("==")) {
        head = text.split("\\|");
      } else if (line.startsWith("-")) {
        old = text;
      } else if (line.startsWith("+")) {
        if (!head[0].strip().equals("&")) {
          all.add(new Mutation(head[0].strip(), new ArrayList<>()));
        }
        all.get(all.size() - 1).edits().add(new Edit(head[1].strip(), old, text));
      }
    }
    return all;
  }

  private boolean all(List<Mutation> mutations) throws Exception {
    String none = run(scratch.resolve("none"));
    if (!none.startsWith("0 0")) {
      System.out.println("the tests fail without any change: " + none);
      return false;
    }
    for (int i = 0; i < mutations.size(); i++) {
      Mutation mutation = mutations.get(i);
      Path classes = Files.createDirectories(scratch.resolve("m" + i));
      String result = compile(mutation, classes) ? verdict(run(classes)) : "DOES NOT COMPILE";
      if (!result.startsWith("killed")) {
        survivors++;
      }
      System.out.printf("| %s | %s |%n", mutation.name(), result);
    }
    System.out.printf("%d conditions, %d not shown%n", mutations.size(), survivors);
    return survivors == 0;
  }

  private boolean compile(Mutation mutation, Path classes) throws IOException {
    List<String> options = new ArrayList<>(List.of("-nowarn", "-proc:none", "-d"));
    options.addAll(List.of(classes.toString(), "-cp", classPath(classes)));
    for (Edit edit : mutation.edits()) {
      String source = Files.readString(SOURCES.resolve(edit.file()));
      int at = source.indexOf(edit.old());
      if (at < 0 || source.indexOf(edit.old(), at + 1) >= 0) {
        System.out.printf("not once in %s: %s%n", edit.file(), edit.old());
        return false;
      }
      Path file = classes.resolve("src").resolve(edit.file());
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.replace(edit.old(), edit.fresh()));
      options.add(file.toString());
    }
    var compiler = ToolProvider.getSystemJavaCompiler();
    return compiler.run(null, null, System.out, options.toArray(String[]::new)) == 0;
  }

  private static String classPath(Path classes) {
    return classes + ":" + System.getProperty("java.class.path");
  }

  private static String verdict(String result) {
    return result.startsWith(TEST_FAILED + " ")
        ? "killed by " + result.substring(2)
        : "SURVIVES (" + result + ")";
  }

  /** Exit status, number of failed tests, the first of them. */
  private String run(Path classes) throws Exception {
    List<String> command = new ArrayList<>(List.of("java", "-ea", "-Xmx512m", "-cp"));
    command.add(classPath(classes));
    command.addAll(List.of("Conditions", "test"));
    command.addAll(tests);
    Path log = scratch.resolve("log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return "no end";
    }
    List<String> lines = Files.readAllLines(log);
    String result =
        lines.stream().filter(l -> l.startsWith("RESULT ")).findFirst().orElse("RESULT none");
    return process.exitValue() + " " + result.substring("RESULT ".length());
  }
}
