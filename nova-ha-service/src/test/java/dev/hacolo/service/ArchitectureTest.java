package dev.hacolo.service;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.Executor;

/** What DESIGN.md section 2 promises about packages. */
@AnalyzeClasses(
    packages = "dev.hacolo.service",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule THE_DOMAIN_DEPENDS_ON_JAVA_AND_WIRE_RECORDS_ONLY =
      classes()
          .that()
          .resideInAPackage("dev.hacolo.service.domain..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java.lang..",
              "java.util",
              "java.util.function",
              "java.util.regex",
              "java.util.stream",
              "java.time",
              "java.nio.charset",
              "dev.hacolo.common.api..",
              "dev.hacolo.service.domain..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule THE_DOMAIN_HAS_NO_CLOCK_NO_THREAD_NO_IO =
      noClasses()
          .that()
          .resideInAPackage("dev.hacolo.service.domain..")
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(
              Clock.class,
              InstantSource.class,
              Thread.class,
              Executor.class,
              File.class,
              Files.class,
              Socket.class)
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(UUID.class, "randomUUID");

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("dev.hacolo.service.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ONLY_THE_STORE_KNOWS_HIBERNATE_AND_JDBC =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.hacolo.service.store..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.hibernate..", "jakarta.persistence..", "java.sql..", "com.zaxxer..");

  @ArchTest
  static final ArchRule ONLY_THE_OPENSTACK_ADAPTER_KNOWS_OPENSTACK4J =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.hacolo.service.openstack..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.openstack4j..");
}
