package dev.hacolo.service.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.common.api.HostReport;
import dev.hacolo.common.api.SessionPhase;
import dev.hacolo.common.api.SessionReport;
import dev.hacolo.common.api.SessionTarget;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HostChooserTest {
  private static HostChoice choose(boolean domainRequired, Fixtures.Host... hosts) {
    HostReport primary = Fixtures.a().view().report();
    return HostChooser.choose(
        Fixtures.requested(),
        2,
        primary,
        Fixtures.guest(),
        Fixtures.hosts(hosts),
        domainRequired,
        HostWish.NONE);
  }

  static Stream<Arguments> obstacles() {
    return Stream.of(
        obstacle("its agent is silent", host -> host.alive = false),
        obstacle("QEMU without COLO", host -> host.problems = List.of("QEMU without COLO")),
        obstacle("QEMU version is '9.0.0'", host -> host.qemu = "9.0.0"),
        obstacle("speaks protocol 2", host -> host.protocol = 2),
        obstacle("not enough memory", host -> host.memoryKib = (2 << 20) - 1),
        obstacle("not enough disk room", host -> host.diskBytes = (10L << 30) - 1),
        obstacle("a former copy", host -> host.guest = true),
        obstacle(
            "a former copy",
            host ->
                host.sessions =
                    List.of(
                        Fixtures.session(
                            Fixtures.syncing(),
                            SessionTarget.SECONDARY,
                            SessionPhase.FAILED,
                            false))));
  }

  private static Arguments obstacle(String sentence, Consumer<Fixtures.Host> change) {
    return Arguments.of(sentence, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("obstacles")
  void everyFilterNamesItsReason(String sentence, Consumer<Fixtures.Host> change) {
    Fixtures.Host b = Fixtures.b();
    change.accept(b);
    HostChoice choice = choose(false, Fixtures.a(), b);
    assertThat(choice.host()).isEmpty();
    assertThat(choice.summary()).startsWith("no host fits: b: ").contains(sentence);
    assertThat(choice.hosts()).singleElement().matches(candidate -> !candidate.fits());
  }

  @Test
  void exactlyEnoughMemoryAndDiskIsEnough() {
    Fixtures.Host b = Fixtures.b();
    b.memoryKib = 2 << 20;
    b.diskBytes = 10L << 30;
    assertThat(choose(false, Fixtures.a(), b).host()).contains("b");
  }

  @Test
  void theComputeServiceMustBeUpAndEnabled() {
    for (Hosts.ComputeStatus status :
        List.of(new Hosts.ComputeStatus(false, true), new Hosts.ComputeStatus(true, false))) {
      Hosts hosts =
          new Hosts(Map.of("b", Fixtures.b().view()), true, Optional.of(Map.of("b", status)));
      HostChoice choice =
          HostChooser.choose(
              Fixtures.requested(),
              2,
              Fixtures.a().view().report(),
              Fixtures.guest(),
              hosts,
              false,
              HostWish.NONE);
      assertThat(choice.host()).isEmpty();
      assertThat(choice.summary()).contains("compute service");
    }
  }

  @Test
  void theFailureDomainIsPreferredOrRequired() {
    Fixtures.Host near = new Fixtures.Host("b", UUID.randomUUID());
    near.memoryKib = 64L << 20;
    Fixtures.Host far = new Fixtures.Host("c", UUID.randomUUID());
    far.domain = "rack-2";
    far.memoryKib = 4L << 20;
    assertThat(choose(false, Fixtures.a(), near, far).host()).contains("c");
    assertThat(choose(false, Fixtures.a(), near).host()).contains("b");
    assertThat(choose(true, Fixtures.a(), near).host()).isEmpty();
    assertThat(choose(true, Fixtures.a(), near, far).host()).contains("c");
  }

  @Test
  void moreMemoryAndFewerSessionsScoreHigherAndNamesDecideTies() {
    Fixtures.Host b = Fixtures.b();
    Fixtures.Host c = new Fixtures.Host("c", UUID.randomUUID());
    b.memoryKib = 4L << 20;
    c.memoryKib = 4L << 20;
    assertThat(choose(false, Fixtures.a(), b, c).host()).contains("b");
    c.memoryKib = 6L << 20;
    assertThat(choose(false, Fixtures.a(), b, c).host()).contains("c");
    SessionReport other =
        new SessionReport(
            UUID.randomUUID(),
            UUID.randomUUID(),
            1,
            SessionTarget.SECONDARY,
            SessionPhase.PROTECTED,
            100,
            100,
            1,
            false,
            null,
            null,
            null,
            null,
            null);
    c.sessions = List.of(other, other, other);
    assertThat(choose(false, Fixtures.a(), b, c).host()).contains("b");
  }

  private static HostChoice choose(Fleet fleet, HostWish wish, Fixtures.Host... hosts) {
    return HostChooser.choose(
        Fixtures.requested(),
        2,
        Fixtures.a().view().report(),
        Fixtures.guest(),
        Fixtures.hosts(hosts).with(fleet),
        false,
        wish);
  }

  @Test
  void aDrainedHostAndABusyOneAreNotTaken() {
    Fleet fleet = new Fleet(Map.of("b", "olivia"), Map.of("c", 2, "d", 1), Map.of(), 2);
    Fixtures.Host c = new Fixtures.Host("c", UUID.randomUUID());
    HostChoice none = choose(fleet, HostWish.NONE, Fixtures.a(), Fixtures.b(), c);
    assertThat(none.summary())
        .isEqualTo(
            "no host fits: b: it is drained by operator olivia;"
                + " c: it takes part in 2 synchronisation(s) already");

    Fixtures.Host d = new Fixtures.Host("d", UUID.randomUUID());
    assertThat(choose(fleet, HostWish.NONE, Fixtures.a(), Fixtures.b(), c, d).host()).contains("d");
  }

  @Test
  void aWishLeavesOutNamesOneOrPrefersOne() {
    Fixtures.Host c = new Fixtures.Host("c", UUID.randomUUID());
    c.memoryKib = 4L << 20;
    Fixtures.Host[] hosts = {Fixtures.a(), Fixtures.b(), c};
    assertThat(choose(Fleet.NONE, HostWish.NONE, hosts).host()).contains("b");
    assertThat(choose(Fleet.NONE, HostWish.not("b"), hosts).host()).contains("c");
    assertThat(choose(Fleet.NONE, HostWish.only("c"), hosts).host()).contains("c");
    assertThat(choose(Fleet.NONE, HostWish.only("d"), hosts).summary())
        .contains("b: it is not d, which is waited for");
    HostWish first = new HostWish(Optional.empty(), Optional.empty(), Optional.of("c"));
    assertThat(choose(Fleet.NONE, first, hosts).host()).contains("c");
    c.alive = false;
    assertThat(choose(Fleet.NONE, first, hosts).host()).contains("b");
  }

  @Test
  void thePrimaryIsNoCandidate() {
    HostChoice choice = choose(false, Fixtures.a());
    assertThat(choice.hosts()).isEmpty();
    assertThat(choice.summary()).isEqualTo("no second host: no other agent has reported");
  }
}
