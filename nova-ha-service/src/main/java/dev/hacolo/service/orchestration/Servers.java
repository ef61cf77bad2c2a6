package dev.hacolo.service.orchestration;

import dev.hacolo.service.cloud.CloudServer;
import dev.hacolo.service.domain.Instance;

/** From Nova's words to the domain's. */
final class Servers {
  private Servers() {}

  /**
   * A server as the domain sees it. Nova's list does not name the creating user to the port; where
   * no notification did either, the project stands in for the user that Placement charges.
   */
  static Instance instance(CloudServer server) {
    return new Instance(
        server.uuid(),
        server.name(),
        server.projectId(),
        server.projectId(),
        server.vcpus(),
        server.memoryMb(),
        server.diskGb(),
        server.extraSpecs(),
        server.vmState(),
        server.host());
  }
}
