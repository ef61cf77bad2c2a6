package dev.hacolo.agent.prerelease;

import dev.hacolo.agent.compare.Origins.Connection;
import dev.hacolo.agent.compare.Origins.Origin;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.profile.Conversation;
import dev.hacolo.agent.profile.Stretch;
import java.util.function.Consumer;

/**
 * A connection of a service with a profile, from its first byte on: puts the segments of both ends
 * in order, and judges what the guest sends. A doubt about the order ends the following of it, for
 * nobody knows then what the guest was asked.
 */
final class ServiceConnection implements Connection {
  /** Epochs after which a request without an answer may rest on inputs that are forgotten. */
  private static final int LONG_EPOCHS = 2;

  private final Conversation conversation;
  private final ServiceEpoch service;
  private final Evidence evidence;
  private final BodyCollector collector;
  private final Consumer<ServiceConnection> closed;
  private final SegmentOrder client;
  private int guestNext;
  private int outstandingEpochs;

  ServiceConnection(
      Conversation conversation,
      ServiceEpoch service,
      Evidence evidence,
      int client,
      int guest,
      Consumer<ServiceConnection> closed) {
    this.conversation = conversation;
    this.service = service;
    this.evidence = evidence;
    this.closed = closed;
    collector = new BodyCollector(evidence);
    this.client = new SegmentOrder(client);
    guestNext = guest;
  }

  void beginEpoch() {
    conversation.replay(service);
    outstandingEpochs = conversation.outstanding() == 0 ? 0 : outstandingEpochs + 1;
    if (outstandingEpochs >= LONG_EPOCHS) {
      evidence.inputs().incomplete();
    }
  }

  @Override
  public void client(Packet parsed) {
    int length = parsed.payloadLength();
    if (length == 0) {
      return;
    }
    switch (client.place(parsed.sequence(), parsed.data(), parsed.payload(), length)) {
      case NEXT -> conversation.client(parsed.data(), parsed.payload(), length, service);
      case REPEATED -> {}
      case UNKNOWN -> lose();
    }
  }

  private void lose() {
    conversation.lost();
    service.unknown();
  }

  @Override
  public Origin guest(Packet parsed) {
    int length = parsed.payloadLength();
    client.received(parsed.acknowledgement());
    int end = parsed.sequence() + length;
    if (parsed.sequence() != guestNext) {
      if (end - guestNext > 0) {
        lose(); // it is unusual for a guest to leave out something, or to cut again at another
        // place
      }
      return Origin.NOTHING;
    }
    guestNext = end;
    boolean understood = conversation.understood();
    Stretch stretch = conversation.guest(parsed.data(), parsed.payload(), length);
    if (understood && !conversation.understood()) {
      service.unknown();
    }
    return stretch.bodyLength() == 0 ? Origin.NOTHING : judge(parsed.data(), stretch);
  }

  private Origin judge(byte[] data, Stretch stretch) {
    BodyPart part = BodyPart.of(stretch);
    boolean allowed = stretch.candidate() && !service.isOrdered();
    if (allowed
        && !evidence.inputs().mayOccur(data, part.offset(), part.length())
        && evidence.synced(data, part)) {
      collector.giveUp();
      return Origin.SYNCHRONISED;
    }
    return collector.take(data, part);
  }

  @Override
  public void close() {
    collector.giveUp();
    closed.accept(this);
  }
}
