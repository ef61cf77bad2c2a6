package dev.hacolo.service.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlavorSpecParserTest {
  private static FlavorSpec valid(Map<String, String> specs) {
    return ((FlavorSpecParser.Result.Valid) FlavorSpecParser.parse(specs, 4)).spec();
  }

  private static String invalid(Map<String, String> specs) {
    return ((FlavorSpecParser.Result.Invalid) FlavorSpecParser.parse(specs, 4)).reason();
  }

  @Test
  void defaults() {
    assertThat(valid(Map.of("ha_colo:enabled", "true", "hw:numa_nodes", "1")))
        .isEqualTo(new FlavorSpec(4, false, 50, FlavorSpec.Release.STRICT, 500, 10_000, 20));
  }

  @Test
  void everyValueIsRead() {
    assertThat(
            valid(
                Map.of(
                    "ha_colo:secondary_vcpus",
                    "1",
                    "ha_colo:release",
                    "Provenance",
                    "ha_colo:max_hold_ms",
                    "20",
                    "ha_colo:max_checkpoint_interval_ms",
                    "500",
                    "ha_colo:max_pause_percent",
                    "10")))
        .isEqualTo(new FlavorSpec(1, false, 50, FlavorSpec.Release.PROVENANCE, 20, 500, 10));
  }

  @ParameterizedTest
  @CsvSource({
    "secondary_vcpus,0,'from 1 to 4, or auto'",
    "secondary_vcpus,automatic,'from 1 to 4, or auto'",
    "max_waiting_percent,101,from 1 to 100",
    "secondary_vcpus,5,from 1 to 4",
    "release,fast,'compare, strict or provenance'",
    "max_hold_ms,0,from 1 to 10000",
    "max_hold_ms,10001,from 1 to 10000",
    "max_hold_ms,soon,from 1 to 10000",
    "max_checkpoint_interval_ms,99,from 100 to 600000",
    "max_pause_percent,91,from 1 to 90",
    "max_puase_percent,10,is not known"
  })
  void aWrongValueIsNamedWithWhatIsAllowed(String name, String value, String allowed) {
    assertThat(invalid(Map.of("ha_colo:" + name, value)))
        .contains("ha_colo:" + name)
        .contains(allowed);
  }

  @Test
  void allWrongValuesAreReportedAtOnce() {
    assertThat(invalid(Map.of("ha_colo:release", "x", "ha_colo:max_hold_ms", "y")))
        .contains("ha_colo:release")
        .contains("ha_colo:max_hold_ms");
  }
}
