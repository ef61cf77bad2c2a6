package dev.hacolo.agent.compare;

import dev.hacolo.agent.digest.ContentDigest;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One byte of what the secondary VM says, changed where it says it first.
 *
 * @param flow the TCP connection, or null for a datagram
 * @param client acknowledgement number of its SYN-ACK
 * @param position the byte's position behind the ISN
 * @param digest digest of a datagram before the change
 */
record Flip(@Nullable FlowKey flow, int client, int position, ContentDigest.Value digest) {
  private record Place(int frame, int offset) {}

  /** Changes a byte that {@code random} chooses; null if there is none. */
  static @Nullable Flip of(List<Frame> outputs, Random random) {
    Map<FlowKey, Integer> tops = new HashMap<>();
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      Packet packet = Segments.parsed(outputs.get(i));
      if (packet.kind() == Packet.Kind.TCP) {
        stream(i, packet, tops, places);
      } else if (packet.kind() == Packet.Kind.UDP || packet.kind() == Packet.Kind.FRAGMENT) {
        places.add(new Place(i, random.nextInt(packet.payloadLength())));
      } else if (packet.kind() == Packet.Kind.ICMP) {
        places.add(new Place(i, 8 + random.nextInt(packet.payloadLength() - 8)));
      }
    }
    if (places.isEmpty()) {
      return null;
    }
    Place place = places.get(random.nextInt(places.size()));
    return make(outputs, place, random);
  }

  private static void stream(int i, Packet packet, Map<FlowKey, Integer> tops, List<Place> places) {
    FlowKey key = packet.flow(new FlowKey(), 0, true);
    int end = packet.sequence() + packet.sequenceLength();
    if (packet.has(Packet.SYN) || !tops.containsKey(key)) {
      tops.put(key, end);
    } else if (packet.payloadLength() > 0 && packet.sequence() - tops.get(key) >= 0) {
      places.add(new Place(i, -1));
      tops.put(key, end);
    }
  }

  private static Flip make(List<Frame> outputs, Place place, Random random) {
    Frame frame = outputs.get(place.frame());
    Packet packet = Segments.parsed(frame);
    ContentDigest.Value digest =
        new FrameDigest(new ContentDigest(PairRig.KEY)).of(0, frame, packet);
    int offset = place.offset() < 0 ? random.nextInt(packet.payloadLength()) : place.offset();
    frame.bytes()[packet.payload() + offset] ^= (byte) (1 << random.nextInt(8));
    if (packet.kind() != Packet.Kind.TCP) {
      return new Flip(null, 0, 0, digest);
    }
    FlowKey key = packet.flow(new FlowKey(), 0, true);
    for (int i = place.frame(); ; i--) {
      Packet opening = Segments.parsed(outputs.get(i));
      if (opening.kind() == Packet.Kind.TCP
          && opening.flow(new FlowKey(), 0, true).equals(key)
          && opening.has(Packet.SYN)) {
        int position = packet.sequence() + offset - opening.sequence();
        return new Flip(key, opening.acknowledgement(), position, digest);
      }
    }
  }

  /** What is to be said of a record of the primary, whose connections were opened like that. */
  @Nullable Verdict expected(OutputRecord output, List<OutputRecord.Stream> openings) {
    if (output instanceof OutputRecord.Datagram datagram) {
      return flow == null && datagram.digest().equals(digest) ? null : Verdict.EQUAL;
    }
    OutputRecord.Stream stream = (OutputRecord.Stream) output;
    FlowKey key = flow;
    if (key == null || !stream.flow().equals(key)) {
      return Verdict.EQUAL;
    }
    OutputRecord.SynAck opening = null;
    for (OutputRecord.Stream o : openings) {
      OutputRecord.SynAck synAck = o.synAck();
      if (o.id() <= stream.id() && o.flow().equals(key) && synAck != null) {
        opening = synAck;
      }
    }
    if (opening == null || opening.acknowledgement() != client) {
      return Verdict.EQUAL;
    }
    int distance = opening.sequence() + position - stream.from();
    return distance >= 0 && distance < stream.length() ? Verdict.DIFFERENT : Verdict.EQUAL;
  }
}
