package dev.hacolo.agent.prerelease;

import dev.hacolo.agent.compare.InputHint;
import dev.hacolo.agent.compare.Origins;
import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Packet;
import dev.hacolo.agent.profile.Conversation;
import dev.hacolo.agent.profile.ProfileBook;
import org.jspecify.annotations.Nullable;

/**
 * Understands what services are asked, and pre-releases nothing: for the mode in which everything
 * is compared, where it spares the secondary VM orders of its own.
 */
public final class RequestOrder implements Origins {
  private final ProfileBook book;

  /** Understands the services of a book. */
  public RequestOrder(ProfileBook book) {
    this.book = book;
  }

  @Override
  public void input(int nic, Packet parsed) {
    // Connections are told of theirs.
  }

  @Override
  public @Nullable Connection open(FlowKey flow, int client, int guest) {
    Conversation conversation = book.conversation(flow.guestPort());
    return conversation == null ? null : new Followed(conversation, client, guest);
  }

  @Override
  public void epoch() {
    // Nothing is known that could become wrong.
  }

  private static final class Followed implements Connection {
    private final Conversation conversation;
    private final Requests requests;
    private final AskedInputs asked;
    private final SegmentOrder client;
    private int guestNext;

    Followed(Conversation conversation, int client, int guest) {
      Service service = new Service(0, false);
      this.conversation = conversation;
      this.client = new SegmentOrder(client);
      guestNext = guest;
      requests = new Requests(service);
      asked = new AskedInputs(requests, service);
    }

    @Override
    public InputHint client(Packet parsed, long input) {
      int length = parsed.payloadLength();
      if (length == 0) {
        return InputHint.NONE;
      }
      asked.begin(input);
      switch (client.place(parsed.sequence(), parsed.data(), parsed.payload(), length)) {
        case NEXT -> conversation.client(parsed.data(), parsed.payload(), length, asked);
        case REPEATED -> {}
        case UNKNOWN -> conversation.lost();
      }
      return conversation.understood() ? asked.hint().carriedOut() : InputHint.NONE;
    }

    @Override
    public Origin guest(Packet parsed) {
      client.received(parsed.acknowledgement());
      int end = parsed.sequence() + parsed.payloadLength();
      if (parsed.sequence() == guestNext) {
        conversation.guest(parsed.data(), parsed.payload(), parsed.payloadLength());
        guestNext = end;
      } else if (end - guestNext > 0) {
        conversation.lost();
      }
      return Origin.NOTHING;
    }

    @Override
    public long answered() {
      return asked.answered(requests.answered(conversation.outstanding()));
    }

    @Override
    public void close() {
      // Nothing is kept elsewhere.
    }
  }
}
