package dev.hacolo.bed.control;

import dev.hacolo.bed.openstack.StandInKeystone;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.JavaProgram;
import dev.hacolo.bed.process.Launcher;
import dev.hacolo.bed.process.RunDirectory;
import dev.hacolo.bed.process.RunningProcess;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.api.GuestDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Starts the stand-in for OpenStack in which one guest exists. */
public final class OpenStackProcess {
  private static final int PORT = 5000;
  private static final String ADDRESS = "127.0.0.1";

  private OpenStackProcess() {}

  /**
   * Starts it and returns how to reach it.
   *
   * @param hosts compute hosts
   * @param guest the instance
   * @param host where the instance runs
   */
  public static HaServiceProcess.OpenStack start(
      RunDirectory run,
      Launcher launcher,
      Place place,
      List<String> hosts,
      GuestDescription guest,
      String host) {
    Path home = run.directory("openstack");
    Path password = Secret.write(home.resolve("password"), Secret.random());
    int port = place.port(PORT);
    OpenStackProgram.Scenario scenario =
        new OpenStackProgram.Scenario(
            ADDRESS,
            port,
            password.toString(),
            hosts,
            guest.uuid(),
            guest.name(),
            host,
            (int) (guest.memoryKib() / 1024),
            guest.nics().stream().map(GuestDescription.Nic::mac).toList());
    Path file = Secret.write(home.resolve("scenario.json"), json(scenario));
    List<String> command =
        JavaProgram.command(
            run,
            System.getProperty("java.class.path"),
            "96m",
            OpenStackProgram.class.getName(),
            List.of(file.toString()));
    RunningProcess server = launcher.start(place.put(Launcher.Spec.of("openstack", command)));
    server.await("readiness", Duration.ofMinutes(1), () -> serves(server));
    return new HaServiceProcess.OpenStack(
        "http://%s:%d/identity/v3".formatted(ADDRESS, port),
        StandInKeystone.USER,
        password,
        StandInKeystone.PROJECT,
        StandInKeystone.DOMAIN,
        StandInKeystone.REGION);
  }

  private static boolean serves(RunningProcess server) {
    try {
      return Files.readAllLines(server.log()).contains("serving");
    } catch (IOException e) {
      return false; // Half a line at the end.
    }
  }

  private static String json(Object value) {
    try {
      return ApiJson.mapper().writeValueAsString(value);
    } catch (IOException e) {
      throw new BedException("the scenario cannot be written", e);
    }
  }
}
