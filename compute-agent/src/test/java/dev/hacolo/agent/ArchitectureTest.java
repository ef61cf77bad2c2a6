package dev.hacolo.agent;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Files;

/** What ARCHITECTURE.md promises of the agent's packages. */
@AnalyzeClasses(packages = "dev.hacolo.agent", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  /** Data and functions; of java.nio the buffers, not the channels and files below it. */
  private static final String[] PURE = {
    "java.lang",
    "java.lang.invoke",
    "java.nio",
    "java.util",
    "java.util.function",
    "org.jspecify.annotations"
  };

  private static final String PACKET = "dev.hacolo.agent.packet..";

  @ArchTest
  static final ArchRule domainIsPure =
      classes()
          .that()
          .resideInAPackage("..agent.domain..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.hacolo.agent.domain..",
              "dev.hacolo.common.api..",
              "java.lang..",
              "java.util",
              "java.util.function",
              "java.util.stream",
              "org.jspecify.annotations..");

  /** The files of profiles are read by {@code config.ProfileFiles}. */
  @ArchTest
  static final ArchRule profilesArePure =
      classes()
          .that()
          .resideInAPackage("..agent.profile..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.hacolo.agent.profile..",
              "java.lang..",
              "java.nio.charset",
              "java.util",
              "java.util.function",
              "java.util.stream",
              "org.jspecify.annotations..");

  /** java.lang and java.util have clocks and threads as well. */
  @ArchTest
  static final ArchRule domainHasNoClockAndNoThread =
      noClasses()
          .that()
          .resideInAnyPackage("..agent.domain..", "..agent.checkpoint..", "..agent.lease..")
          .should()
          .dependOnClassesThat(
              belongToAnyOf(
                  Thread.class, System.class, Runtime.class, Process.class, java.util.Timer.class));

  /** System copies arrays as well. */
  @ArchTest
  static final ArchRule profilesHaveNoClockAndNoThread =
      noClasses()
          .that()
          .resideInAPackage("..agent.profile..")
          .should()
          .dependOnClassesThat(
              belongToAnyOf(Thread.class, Runtime.class, Process.class, java.util.Timer.class))
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  @ArchTest
  static final ArchRule parsingIsPure =
      classes()
          .that()
          .resideInAPackage("..agent.packet..")
          .should()
          .onlyDependOnClassesThat(resideInAnyPackage(PURE).or(resideInAPackage(PACKET)));

  @ArchTest
  static final ArchRule comparisonIsPure =
      classes()
          .that()
          .resideInAPackage("..agent.compare..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(PURE)
                  .or(
                      resideInAnyPackage(
                          PACKET, "dev.hacolo.agent.compare..", "dev.hacolo.agent.digest..")));

  /** Only what copies bytes is wanted of java.lang.System. */
  @ArchTest
  static final ArchRule thePacketPathsRulesHaveNoClockAndNoThread =
      noClasses()
          .that()
          .resideInAnyPackage("..agent.packet..", "..agent.compare..")
          .should()
          .dependOnClassesThat(
              belongToAnyOf(
                  Thread.class,
                  ThreadLocal.class,
                  Runtime.class,
                  Process.class,
                  ProcessBuilder.class,
                  java.util.Timer.class,
                  java.util.Date.class,
                  java.util.Calendar.class,
                  java.util.Random.class,
                  java.util.UUID.class,
                  java.util.Scanner.class))
          .orShould()
          .accessTargetWhere(target(owner(type(System.class))).and(not(target(name("arraycopy")))))
          .orShould()
          .accessTargetWhere(
              target(owner(type(Object.class))).and(target(nameMatching("wait|notify|notifyAll"))));

  /** The checkpoint controller is as pure as the domain; causes have their names from compare. */
  @ArchTest
  static final ArchRule checkpointIsPure =
      classes()
          .that()
          .resideInAPackage("..agent.checkpoint..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.hacolo.agent.checkpoint..",
              "dev.hacolo.agent.compare..",
              "dev.hacolo.common.api..",
              "java.lang..",
              "java.util",
              "java.util.function",
              "java.util.stream",
              "org.jspecify.annotations..");

  @ArchTest
  static final ArchRule leasesArePure =
      classes()
          .that()
          .resideInAPackage("..agent.lease..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.hacolo.agent.lease..", "java.lang..", "org.jspecify.annotations..");

  @ArchTest
  static final ArchRule noCycles =
      slices().matching("dev.hacolo.agent.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule nobodyButTheAgentNeedsTheApi =
      noClasses()
          .that(not(resideInAPackage("..agent.api..")))
          .and()
          .doNotHaveSimpleName("Agent")
          .should()
          .dependOnClassesThat(resideInAPackage("dev.hacolo.agent.api.."));

  @ArchTest
  static final ArchRule qemuKnowsNothingOfPairs =
      noClasses()
          .that()
          .resideInAnyPackage("..agent.qemu..", "..agent.qmp..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.hacolo.agent.session..")
                  .or(resideInAPackage("dev.hacolo.agent.peer.."))
                  .or(resideInAPackage("dev.hacolo.agent.report..")));

  @ArchTest
  static final ArchRule theDriversPortDoesNotKnowItsAdapters =
      noClasses()
          .that()
          .resideInAnyPackage("..agent.driver..", "..agent.session..", "..agent.qemu..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("dev.hacolo.agent.direct..", "dev.hacolo.agent.libvirt.."));

  /** What blocks is in few places, all of which say that they need a worker thread. */
  @ArchTest
  static final ArchRule blockingCallsAreInFewPlaces =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "..agent.direct..",
              "..agent.libvirt..",
              "..agent.allocation..",
              "..agent.guard..",
              "..agent.module..",
              "..agent.process..",
              "..agent.watchdog..",
              "..agent.host..")
          .and()
          .doNotHaveSimpleName("SessionStore")
          .and()
          .doNotHaveSimpleName("ProfileFiles")
          .and()
          .doNotHaveSimpleName("Agent")
          .should()
          .dependOnClassesThat(belongToAnyOf(Files.class, ProcessBuilder.class, Process.class));
}
