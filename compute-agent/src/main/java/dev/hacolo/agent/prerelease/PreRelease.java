package dev.hacolo.agent.prerelease;

import dev.hacolo.agent.compare.Origins;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.profile.Conversation;
import dev.hacolo.agent.profile.ProfileBook;
import dev.hacolo.agent.profile.ServiceProfile;
import dev.hacolo.agent.provenance.ContentIndex;
import dev.hacolo.agent.provenance.InputContents;
import dev.hacolo.agent.provenance.LearningPolicy;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Pre-release by the rules of {@code strict}: an output may leave early if it answers the only
 * outstanding request of its connection, that is a read by the profile of its service, the service
 * was asked nothing order-sensitive in this epoch, the body is as both VMs had it at the
 * checkpoint, and it does not occur in what clients have sent since.
 */
public final class PreRelease implements Origins {
  private final ProfileBook book;
  private final Evidence evidence;
  private final long maxAnswerBytes;
  private final Map<ServiceProfile, Service> services = new HashMap<>();
  private final Map<FlowKey, ServiceConnection> connections = new LinkedHashMap<>();
  private final FlowKey key = new FlowKey();

  /**
   * With nothing known.
   *
   * @param index of the guest's content
   * @param inputs what clients have sent; this object's alone
   * @param lessons gets what is to be learnt
   * @param maxAnswerBytes for the answers that are kept of each service
   */
  public PreRelease(
      ProfileBook book,
      ContentIndex index,
      InputContents inputs,
      Lessons lessons,
      LearningPolicy policy,
      long maxAnswerBytes) {
    this.maxAnswerBytes = Math.min(maxAnswerBytes, Service.MAX_ANSWER_BYTES);
    this.book = book;
    evidence = new Evidence(index, inputs, lessons, policy);
  }

  @Override
  public void input(int nic, Packet parsed) {
    switch (parsed.kind()) {
      case TCP -> segment(nic, parsed);
      case FRAGMENT -> {
        // It may be a request, and in which order they come together is not known.
        evidence.inputs().incomplete();
        services.values().forEach(Service::unseen);
      }
      case ARP, NEIGHBOUR_DISCOVERY, MALFORMED -> {}
      case UDP -> {
        unseen(parsed.flow(key, nic, false).guestPort());
        datagram(parsed);
      }
      case ICMP, OTHER_IP, OTHER -> datagram(parsed);
    }
  }

  private void datagram(Packet parsed) {
    evidence.inputs().datagram(parsed.data(), parsed.payload(), parsed.payloadLength());
  }

  /** A service gets something that no conversation reads. */
  private void unseen(int port) {
    ServiceProfile service = book.service(port);
    if (service != null) {
      state(service).unseen();
    }
  }

  private Service state(ServiceProfile service) {
    return services.computeIfAbsent(service, s -> new Service(maxAnswerBytes, s.traceless()));
  }

  private void segment(int nic, Packet parsed) {
    FlowKey flow = parsed.flow(key, nic, false);
    int from = parsed.sequence();
    if (parsed.has(Packet.SYN)) {
      from++;
      evidence.inputs().opened(flow, from);
    }
    if (parsed.payloadLength() > 0) {
      if (!connections.containsKey(flow)) {
        unseen(flow.guestPort());
      }
      evidence
          .inputs()
          .segment(flow, from, parsed.data(), parsed.payload(), parsed.payloadLength());
    }
  }

  @Override
  public @Nullable Connection open(FlowKey flow, int client, int guest) {
    ServiceProfile service = book.service(flow.guestPort());
    Conversation conversation = book.conversation(flow.guestPort());
    if (service == null || conversation == null) {
      return null;
    }
    FlowKey own = flow.copy();
    ServiceConnection made =
        new ServiceConnection(
            conversation,
            state(service),
            evidence,
            client,
            guest,
            closed -> connections.remove(own, closed));
    connections.put(own, made);
    return made;
  }

  /** What has not been answered yet may be carried out in the epoch that begins. */
  @Override
  public void epoch() {
    evidence.inputs().beginEpoch();
    services.values().forEach(Service::beginEpoch);
    connections.values().forEach(ServiceConnection::beginEpoch);
  }
}
