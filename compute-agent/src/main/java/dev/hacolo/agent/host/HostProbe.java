package dev.hacolo.agent.host;

import dev.hacolo.agent.config.AgentConfig;
import dev.hacolo.agent.domain.StepException;
import dev.hacolo.agent.guard.OutputGuard;
import dev.hacolo.agent.module.ColoModule;
import dev.hacolo.agent.module.Feature;
import dev.hacolo.agent.process.Commands;
import dev.hacolo.common.api.HostReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this host has and can run. Blocking: call it on a worker thread. */
public final class HostProbe {
  private static final Logger LOG = LoggerFactory.getLogger(HostProbe.class);
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final Pattern VERSION = Pattern.compile("version (\\d+)\\.(\\d+)(\\.\\d+)?");

  /** First QEMU whose COLO is known to work here; see docs. */
  private static final int OLDEST = 702;

  private final AgentConfig config;
  private final ColoModule module;
  private final OutputGuard guard;

  /** Looks at nothing yet. */
  public HostProbe(AgentConfig config, ColoModule module, OutputGuard guard) {
    this.config = config;
    this.module = module;
    this.guard = guard;
  }

  /**
   * Result of the look at QEMU.
   *
   * @param capabilities what can run
   * @param problems why nothing can, one sentence each
   */
  public record Found(HostReport.Capabilities capabilities, List<String> problems) {}

  /**
   * Looks at QEMU, KVM, the kernel module and the guard of taps; takes a few seconds where KVM does
   * not work.
   */
  public Found qemu() {
    List<String> problems = new ArrayList<>();
    String version = version(problems);
    String accelerator = problems.isEmpty() ? accelerator(problems) : "none";
    String features = features(problems);
    LOG.info("kernel module ha_colo: {}", features);
    String taps = guard.unusable().map(reason -> "not used: " + reason).orElse("usable");
    LOG.info("guard of primaries' taps: {}", taps);
    return new Found(
        new HostReport.Capabilities(version, accelerator, cpuModel(), features, taps),
        List.copyOf(problems));
  }

  /** What of the module can be used and why not the rest; a host that needs it has a problem. */
  private String features(List<String> problems) {
    Map<Feature, String> reasons = new EnumMap<>(Feature.class);
    for (Feature feature : Feature.values()) {
      module.unusable(feature).ifPresent(reason -> reasons.put(feature, reason));
    }
    Set<String> different = new TreeSet<>(reasons.values());
    if (config.module() == AgentConfig.ModuleUse.REQUIRED) {
      different.forEach(reason -> problems.add("module.use is 'required', but " + reason));
    }
    if (reasons.size() == Feature.values().length && different.size() == 1) {
      return "not used: " + different.iterator().next();
    }
    return Stream.of(Feature.values())
        .map(f -> f.title() + ": " + reasons.getOrDefault(f, "usable"))
        .collect(Collectors.joining("; "));
  }

  private String version(List<String> problems) {
    String binary = config.qemu().binary();
    try {
      Matcher matcher =
          VERSION.matcher(Commands.run(List.of(binary, "--version"), DEADLINE).output());
      if (!matcher.find()) {
        problems.add("qemu.binary is '%s': its --version names no version".formatted(binary));
        return "";
      }
      int number = Integer.parseInt(matcher.group(1)) * 100 + Integer.parseInt(matcher.group(2));
      if (number < OLDEST) {
        problems.add(
            "QEMU %s is too old: 7.2 or newer is needed".formatted(matcher.group().substring(8)));
      } else {
        checkColo(binary, problems);
      }
      return matcher.group().substring("version ".length());
    } catch (StepException e) {
      problems.add(String.valueOf(e.getMessage()));
      return "";
    }
  }

  private static void checkColo(String binary, List<String> problems) {
    String objects = Commands.run(List.of(binary, "-object", "help"), DEADLINE).output();
    if (!objects.contains("colo-compare") || !objects.contains("filter-rewriter")) {
      problems.add(
          "%s is built without COLO: install a QEMU configured with replication and colo-proxy"
              .formatted(binary));
    }
  }

  private String accelerator(List<String> problems) {
    String wanted = config.qemu().accelerator();
    if (wanted.equals("tcg")) {
      return "tcg";
    }
    boolean works = KvmProbe.runsGuests(config.qemu().binary(), config.paths().run());
    if (!works && wanted.equals("kvm")) {
      problems.add(
          "/dev/kvm does not run guests here: enable virtualisation or set qemu.accelerator=tcg");
    }
    return works ? "kvm" : "tcg";
  }

  private static String cpuModel() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** What is free at present. */
  public HostReport.Capacity capacity() {
    return new HostReport.Capacity(
        Runtime.getRuntime().availableProcessors(), memoryAvailableKib(), diskFreeBytes());
  }

  private static long memoryAvailableKib() {
    try {
      return Files.readAllLines(Path.of("/proc/meminfo")).stream()
          .filter(line -> line.startsWith("MemAvailable:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  private long diskFreeBytes() {
    try {
      Files.createDirectories(config.paths().instances());
      return Files.getFileStore(config.paths().instances()).getUsableSpace();
    } catch (IOException e) {
      return 0;
    }
  }
}
