package dev.hacolo.bed.control;

import dev.hacolo.bed.openstack.StandInHost;
import dev.hacolo.bed.openstack.StandInOpenStack;
import dev.hacolo.bed.openstack.StandInOptions;
import dev.hacolo.bed.openstack.StandInPort;
import dev.hacolo.bed.openstack.StandInServer;
import dev.hacolo.common.api.ApiJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The stand-in for OpenStack as a process of the bed. Argument: file with a {@link Scenario}. */
public final class OpenStackProgram {
  static final String SERVING = "serving";
  static final String CREATE = "create";
  static final String CREATED = "created";

  private OpenStackProgram() {}

  /**
   * What OpenStack knows.
   *
   * @param address IP address to listen on
   * @param port TCP port
   * @param passwordFile file with the service user's password
   * @param hosts names of the compute hosts
   * @param instance the instance
   * @param name the instance's name
   * @param host its host
   * @param vcpus its vCPUs
   * @param memoryMb its memory in MiB
   * @param macs MAC address of each of its ports
   */
  public record Scenario(
      String address,
      int port,
      String passwordFile,
      List<String> hosts,
      UUID instance,
      String name,
      String host,
      int vcpus,
      int memoryMb,
      List<String> macs) {}

  /** Serves until it is killed; the instance exists once standard input says {@code create}. */
  public static void main(String[] arguments) throws IOException {
    Scenario scenario = ApiJson.mapper().readValue(Path.of(arguments[0]).toFile(), Scenario.class);
    StandInOpenStack cloud =
        StandInOpenStack.start(StandInOptions.on(scenario.address(), scenario.port()));
    cloud.keystone().password(Files.readString(Path.of(scenario.passwordFile())).strip());
    scenario.hosts().forEach(host -> cloud.addHost(StandInHost.of(host, 8, 16_384, 100)));
    System.out.println(SERVING);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.equals(CREATE)) {
        create(cloud, scenario);
        System.out.println(CREATED);
      }
    }
  }

  private static void create(StandInOpenStack cloud, Scenario scenario) {
    cloud
        .nova()
        .put(
            new StandInServer(
                scenario.instance(),
                scenario.name(),
                "c305a25b7d21432dbf8dc066662fa3d4",
                "a6a3ed6966474721a3d000f9cbc20b39",
                scenario.host(),
                "active",
                scenario.vcpus(),
                scenario.memoryMb(),
                1,
                Map.of("ha_colo:enabled", "true")));
    for (String mac : scenario.macs()) {
      cloud
          .neutron()
          .put(StandInPort.of(UUID.randomUUID(), scenario.instance(), scenario.host(), mac));
    }
  }
}
