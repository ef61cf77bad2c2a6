package dev.hacolo.service.orchestration;

import dev.hacolo.service.cloud.CloudServer;
import dev.hacolo.service.domain.Instance;

/** From Nova's words to the domain's. */
final class Servers {
  private Servers() {}

  /** A server as the domain sees it. */
  static Instance instance(CloudServer server) {
    return new Instance(
        server.uuid(),
        server.name(),
        server.projectId(),
        server.userId(),
        server.vcpus(),
        server.memoryMb(),
        server.diskGb(),
        server.extraSpecs(),
        server.vmState(),
        server.host());
  }
}
