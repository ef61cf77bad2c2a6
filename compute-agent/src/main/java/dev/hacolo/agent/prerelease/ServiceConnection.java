package dev.hacolo.agent.prerelease;

import dev.hacolo.agent.compare.InputHint;
import dev.hacolo.agent.compare.Origins.Connection;
import dev.hacolo.agent.compare.Origins.Origin;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.profile.Conversation;
import dev.hacolo.agent.profile.Effect;
import dev.hacolo.agent.profile.Stretch;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a service with a profile, from its first byte on: puts the segments of both ends
 * in order, and judges what the guest sends. A doubt about the order ends the following of it, for
 * nobody knows then what the guest was asked.
 */
final class ServiceConnection implements Connection {
  /** Epochs after which a request without an answer may rest on inputs that are forgotten. */
  private static final int LONG_EPOCHS = 2;

  private final Conversation conversation;
  private final Service service;
  private final Requests requests;
  private final AskedInputs asked;
  private final Evidence evidence;
  private final BodyCollector collector;
  private final Consumer<ServiceConnection> closed;
  private final SegmentOrder client;
  private int guestNext;
  private int outstandingEpochs;

  ServiceConnection(
      Conversation conversation,
      Service service,
      Evidence evidence,
      int client,
      int guest,
      Consumer<ServiceConnection> closed) {
    this.conversation = conversation;
    this.service = service;
    this.evidence = evidence;
    this.closed = closed;
    requests = new Requests(service);
    asked = new AskedInputs(requests, service);
    collector = new BodyCollector(evidence, service);
    this.client = new SegmentOrder(client);
    guestNext = guest;
  }

  void beginEpoch() {
    conversation.replay(requests);
    outstandingEpochs = conversation.outstanding() == 0 ? 0 : outstandingEpochs + 1;
    if (outstandingEpochs >= LONG_EPOCHS) {
      evidence.inputs().incomplete();
    }
  }

  @Override
  public InputHint client(Packet parsed, long input) {
    int length = parsed.payloadLength();
    if (length == 0) {
      return InputHint.NONE;
    }
    boolean whole = conversation.betweenRequests() && !parsed.has(Packet.FIN);
    asked.begin(input);
    switch (client.place(parsed.sequence(), parsed.data(), parsed.payload(), length)) {
      case NEXT -> conversation.client(parsed.data(), parsed.payload(), length, asked);
      case REPEATED -> {}
      case UNKNOWN -> lose();
    }
    // Of a connection that is not understood nobody knows when a request has its answer.
    if (!conversation.understood()) {
      return InputHint.NONE;
    }
    boolean spared = whole && conversation.betweenRequests() && !service.leavesTraces();
    return spared ? asked.hint() : asked.hint().carriedOut();
  }

  @Override
  public long answered() {
    return asked.answered(requests.answered(conversation.outstanding()));
  }

  private void lose() {
    conversation.lost();
    service.orderSensitive();
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
      service.orderSensitive();
    }
    return judge(parsed.data(), stretch);
  }

  private Origin judge(byte[] data, Stretch stretch) {
    BodyPart body = stretch.bodyLength() > 0 ? BodyPart.of(stretch) : null;
    BodyPart head = stretch.headed() ? BodyPart.headOf(stretch) : null;
    if (head == null && body == null) {
      return waiting(null, null);
    }
    boolean candidate = stretch.candidate() || head != null;
    if (candidate && !service.isOrdered() && hasSaid(data, head) && isSynchronised(data, body)) {
      collector.giveUp();
      service.early(requests.subject(), true);
      return Origin.SYNCHRONISED;
    }
    service.early(requests.subject(), false);
    Lesson lesson = body == null ? null : collector.take(data, body, requests, stretch.alone());
    return waiting(lesson, head == null ? null : lesson(data, head));
  }

  private Origin waiting(@Nullable Lesson lesson, @Nullable HeadLesson head) {
    long answered = requests.answered(conversation.outstanding());
    return lesson == null && head == null && !requests.owes(answered)
        ? Origin.NOTHING
        : new SegmentOrigin(requests, answered, lesson, head);
  }

  /** The head of an answer to the only outstanding request, if both VMs mean the same by it. */
  private @Nullable HeadLesson lesson(byte[] data, BodyPart head) {
    if (!requests.isSettled()) {
      return null;
    }
    byte[] bytes = Arrays.copyOfRange(data, head.offset(), head.offset() + head.length());
    return new HeadLesson(service.answers(), bytes, head, requests.subject(), requests.askedAt());
  }

  /** A head may tell a clock, and memory does not vouch for that: both VMs must have said it. */
  private boolean hasSaid(byte[] data, @Nullable BodyPart head) {
    return head == null || service.answers().has(data, head, service.subjects());
  }

  private boolean isSynchronised(byte[] data, @Nullable BodyPart part) {
    return part == null
        || service.answers().has(data, part, service.subjects())
        || (service.isUntouched(requests.subject()) && evidence.synced(data, part));
  }

  /** What it still waits for may be carried out all the same. */
  @Override
  public void close() {
    conversation.replay(
        request -> {
          if (request.effect() == Effect.ORDER_SENSITIVE) {
            service.unseen();
          }
        });
    collector.giveUp();
    closed.accept(this);
  }
}
