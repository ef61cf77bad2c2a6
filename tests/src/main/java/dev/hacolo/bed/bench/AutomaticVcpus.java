package dev.hacolo.bed.bench;

import dev.hacolo.bed.bench.load.Workload;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.common.api.PathLoad;
import dev.hacolo.service.domain.FlavorSpec;
import dev.hacolo.service.domain.VcpuController;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The service's automatic mode on a bed without the service: its controller, fed with what the
 * primary's agent reports, once a second as there.
 */
final class AutomaticVcpus {
  private static final long SETTLED_MS = 80_000;
  private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MAX_WAITING_PERCENT = 50;
  private static final int MAX_PAUSE_PERCENT = 20;

  private final VcpuStage stage;
  private final int vcpus;
  private final Consumer<String> says;

  AutomaticVcpus(VcpuStage stage, int vcpus, Consumer<String> says) {
    this.stage = stage;
    this.vcpus = vcpus;
    this.says = says;
  }

  /**
   * Lets the mode look for its number under a workload; returns when it has kept it for a while.
   */
  int settle(Workload workload, int connections) {
    Duration most = Duration.ofMillis(SETTLED_MS * (vcpus + 1L));
    try (LoadProcess load = stage.beginLoad(workload, connections, most)) {
      load.awaitWarm();
      load.begin();
      stage.active(vcpus);
      return settle(workload.title(), millis() + most.toMillis());
    }
  }

  private int settle(String workload, long end) {
    VcpuController controller = new VcpuController(vcpus, vcpus, limits(), millis());
    long changed = millis();
    while (millis() - changed < SETTLED_MS) {
      if (millis() - end > 0) {
        throw new BedException("automatic mode does not settle under " + workload);
      }
      // There is no event for a report: it is what the service gets once a second.
      LockSupport.parkNanos(REPORT_NANOS);
      Optional<PathLoad> report = stage.pathLoad();
      Optional<VcpuController.Change> change =
          report.flatMap(known -> controller.on(known, millis()));
      if (change.isPresent()) {
        changed = millis();
        says.accept(
            "auto, %s: %d of %d: %s"
                .formatted(workload, change.get().active(), vcpus, change.get().why()));
        stage.active(change.get().active());
      }
    }
    return controller.active();
  }

  private FlavorSpec limits() {
    return new FlavorSpec(
        vcpus,
        true,
        MAX_WAITING_PERCENT,
        FlavorSpec.Release.STRICT,
        500,
        10_000,
        MAX_PAUSE_PERCENT);
  }

  private static long millis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
