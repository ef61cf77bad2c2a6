package dev.hacolo.bed.control;

import dev.hacolo.bed.openstack.StandInKeystone;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.JavaProgram;
import dev.hacolo.bed.process.Launcher;
import dev.hacolo.bed.process.RunDirectory;
import dev.hacolo.bed.process.RunningProcess;
import dev.hacolo.common.api.ApiJson;
import dev.hacolo.common.api.GuestDescription;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The stand-in for OpenStack as a process of the bed; it can be told of one instance. */
public final class OpenStackProcess {
  private static final int PORT = 5000;
  private static final String ADDRESS = "127.0.0.1";
  private static final Duration DEADLINE = Duration.ofMinutes(1);

  private final RunningProcess server;
  private final BufferedReader answers;
  private final HaServiceProcess.OpenStack access;

  private OpenStackProcess(RunningProcess server, HaServiceProcess.OpenStack access) {
    this.server = server;
    this.access = access;
    this.answers = server.process().inputReader(StandardCharsets.US_ASCII);
  }

  /**
   * Starts it; the instance does not exist yet.
   *
   * @param hosts compute hosts
   * @param guest the instance
   * @param host where the instance will run
   */
  public static OpenStackProcess start(
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
            guest.vcpus(),
            (int) (guest.memoryKib() / 1024),
            guest.nics().stream().map(GuestDescription.Nic::mac).toList());
    Path file = Secret.write(home.resolve("scenario.json"), json(scenario));
    List<String> command =
        JavaProgram.ofBed(run, "96m", OpenStackProgram.class, List.of(file.toString()));
    RunningProcess server =
        launcher.start(place.put(Launcher.Spec.of("openstack", command).piped()));
    OpenStackProcess process =
        new OpenStackProcess(
            server,
            new HaServiceProcess.OpenStack(
                "http://%s:%d/identity/v3".formatted(ADDRESS, port),
                StandInKeystone.USER,
                password,
                StandInKeystone.PROJECT,
                StandInKeystone.DOMAIN,
                StandInKeystone.REGION));
    process.awaitAnswer(OpenStackProgram.SERVING);
    return process;
  }

  /** How the service reaches it. */
  public HaServiceProcess.OpenStack access() {
    return access;
  }

  /** The instance exists from now on. */
  public void createInstance() {
    try {
      OutputStream orders = server.process().getOutputStream();
      orders.write((OpenStackProgram.CREATE + "\n").getBytes(StandardCharsets.US_ASCII));
      orders.flush();
    } catch (IOException e) {
      server.requireAlive();
      throw new BedException("the stand-in for OpenStack does not listen", e);
    }
    awaitAnswer(OpenStackProgram.CREATED);
  }

  private void awaitAnswer(String wanted) {
    server.await(
        "the answer '%s'".formatted(wanted),
        DEADLINE,
        () -> {
          try {
            return answers.ready() && wanted.equals(answers.readLine());
          } catch (IOException e) {
            return false; // It has ended, as the next look finds out.
          }
        });
  }

  private static String json(Object value) {
    try {
      return ApiJson.mapper().writeValueAsString(value);
    } catch (IOException e) {
      throw new BedException("the scenario cannot be written", e);
    }
  }
}
