package dev.hacolo.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.compare.ComparatorStatistics;
import dev.hacolo.agent.compare.FeedStatistics;
import dev.hacolo.agent.proxy.SecondaryFigures;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

/** Sums over the VMs of a host, also over those that are gone. */
final class PathMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final PathMetrics metrics = new PathMetrics(registry);

  private static SecondaryFigures figures(long n) {
    return new SecondaryFigures(
        new FeedStatistics(0, n, 10 * n, 100 * n, n, n, 0, n, 0, 0, n, 5 * n, n),
        new ComparatorStatistics(0, 20 * n, 0, (int) n, 0, 0, 0, n, n, n));
  }

  private double gauge(String name) {
    return registry.get(name).gauge().value();
  }

  private double counter(String name, String tag, String value) {
    return registry.get(name).tag(tag, value).functionCounter().count();
  }

  @Test
  void whatIsHeldNowIsThatOfTheSecondariesThatAreThere() {
    metrics.secondary("one", figures(1));
    metrics.secondary("two", figures(2));
    assertThat(gauge("ha_colo_secondary_held_inputs")).isEqualTo(3);
    assertThat(gauge("ha_colo_secondary_held_input_bytes")).isEqualTo(30);
    metrics.secondaryEnded("two", figures(2));
    assertThat(gauge("ha_colo_secondary_held_inputs")).isEqualTo(1);
    assertThat(gauge("ha_colo_secondary_output_bytes")).isEqualTo(20);
    assertThat(gauge("ha_colo_secondary_records")).isEqualTo(1);
  }

  @Test
  void whatWasDoneStaysCounted() {
    metrics.secondary("one", figures(1));
    metrics.secondaryEnded("one", figures(3));
    metrics.secondary("two", figures(1));
    assertThat(counter("ha_colo_secondary_injected_frames", "kind", "all")).isEqualTo(400);
    assertThat(counter("ha_colo_secondary_omitted_requests", "nic", "all")).isEqualTo(20);
    assertThat(counter("ha_colo_secondary_dropped", "what", "flows")).isEqualTo(8);
    assertThat(counter("ha_colo_secondary_dropped", "what", "refused_inputs")).isEqualTo(4);
  }
}
