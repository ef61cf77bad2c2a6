package dev.hacolo.agent.compare;

import dev.hacolo.agent.packet.FlowKey;
import dev.hacolo.agent.packet.Packet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Content that begins with S is of the state that both VMs have; all that is told is noted. */
final class FakeOrigins implements Origins {
  final List<String> told = new ArrayList<>();

  @Override
  public void input(int nic, Packet parsed) {
    told.add("input");
  }

  @Override
  public Connection open(FlowKey flow, int client, int guest) {
    int port = flow.clientPort();
    told.add("open %d %d %d".formatted(port, client, guest));
    return new Connection() {
      @Override
      public InputHint client(Packet parsed, long input) {
        told.add("client " + text(parsed));
        return InputHint.NONE;
      }

      @Override
      public long answered() {
        return -1;
      }

      @Override
      public Origin guest(Packet parsed) {
        return new Known(text(parsed));
      }

      @Override
      public void close() {
        told.add("close " + port);
      }
    };
  }

  private static String text(Packet parsed) {
    return new String(
        parsed.data(), parsed.payload(), parsed.payloadLength(), StandardCharsets.US_ASCII);
  }

  @Override
  public void epoch() {
    told.add("epoch");
  }

  private final class Known implements Origin {
    private final String text;

    Known(String text) {
      this.text = text;
    }

    @Override
    public boolean synchronised() {
      return text.startsWith("S");
    }

    @Override
    public void confirmed() {
      told.add("confirmed " + text);
    }
  }
}
