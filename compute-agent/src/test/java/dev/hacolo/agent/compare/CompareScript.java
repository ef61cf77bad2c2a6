package dev.hacolo.agent.compare;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.hacolo.agent.packet.Frame;
import dev.hacolo.agent.packet.Packet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Plays one scenario: an event a line, below it indented what became of it.
 *
 * <pre>
 * start [all] [hold=MS] [frames=SOFT/HARD] [flows=N] [records=SOFT/HARD] [datagrams=SOFT/HARD]
 * in|p|s FLAGS SEQ [CONTENT] [ack=N]     a segment: input, primary's output, secondary's output
 * in|p|s udp|other CONTENT               a datagram; a frame that is not IP
 * in|p|s fragment FIELD CONTENT          FIELD as in the IPv4 header, decimal
 * in|p|s arp | nd | broken               without content
 *   each with [port=CLIENT] [v6] [vlan=ID] [nic=N] [mss] [scale] [sack] [ts=N]
 * link off | on                          nothing is carried, or everything after each event
 * to-b | to-a                            carries one way
 * p-stop, seal K certain|uncertain, s-stop, load, done K    the steps of a checkpoint
 * p-continue | s-continue                the stop was none for a checkpoint
 * checkpoint                             all of them
 * tick MS | held | resend | end          time passes; figures; after promotion; the pair has ended
 * </pre>
 *
 * CONTENT is a word; {@code x*N} is N times x. FLAGS are letters of S, A, F, R.
 */
final class CompareScript {
  private final StringBuilder out = new StringBuilder();
  private PairRig rig = new PairRig();
  private boolean carried = true;

  static String play(List<String> lines) {
    CompareScript script = new CompareScript();
    for (String line : lines) {
      if (line.startsWith(" ")) {
        continue;
      }
      script.out.append(line).append('\n');
      if (!line.isBlank() && !line.startsWith("#")) {
        script.event(line.split(" "));
        if (script.carried) {
          script.rig.carry();
        }
      }
    }
    return script.out.toString();
  }

  private void say(String text) {
    out.append("  ").append(text).append('\n');
  }

  private void event(String[] words) {
    switch (words[0]) {
      case "start" -> start(words);
      case "in" -> rig.input(nic(words), frame(words, false));
      case "p" -> rig.primary(nic(words), frame(words, true));
      case "s" -> rig.secondary(nic(words), frame(words, true));
      case "link" -> carried = words[1].equals("on");
      case "to-b" -> rig.carryToB();
      case "to-a" -> rig.carryToA();
      case "tick" -> tick(Long.parseLong(words[1]));
      case "held" -> held();
      case "resend" -> rig.comparator.unacknowledged((nic, f) -> say("resend " + Texts.of(nic, f)));
      case "end" -> rig.gate.releaseAll();
      default -> checkpoint(words);
    }
  }

  private void checkpoint(String[] words) {
    switch (words[0]) {
      case "checkpoint" -> rig.checkpoint();
      case "p-stop" -> rig.gate.stopped();
      case "seal" -> rig.seal(Long.parseLong(words[1]), words[2].equals("certain"));
      case "s-stop" -> rig.comparator.secondaryStopped();
      case "p-continue" -> rig.gate.continued();
      case "s-continue" -> rig.comparator.secondaryContinued();
      case "load" -> rig.comparator.stateLoaded();
      case "done" -> rig.gate.checkpointed(Long.parseLong(words[1]));
      default -> throw new IllegalArgumentException("unknown event '%s'".formatted(words[0]));
    }
  }

  private void start(String[] words) {
    Map<String, String> options = options(words);
    GatePolicy d = GatePolicy.DEFAULT;
    ComparatorLimits c = ComparatorLimits.DEFAULT;
    GatePolicy policy =
        new GatePolicy(
            options.containsKey("all") ? GatePolicy.Release.ALL : GatePolicy.Release.COMPARE,
            Long.parseLong(options.getOrDefault("hold", "1000")) * 1_000_000,
            bound(options, "frames", 0, d.softFrames()),
            bound(options, "frames", 1, d.hardFrames()),
            d.softBytes(),
            d.hardBytes(),
            Integer.parseInt(options.getOrDefault("flows", "1000")),
            d.closedNanos());
    ComparatorLimits limits =
        new ComparatorLimits(
            c.softBytes(),
            c.hardBytes(),
            bound(options, "records", 0, c.softRecords()),
            bound(options, "records", 1, c.hardRecords()),
            bound(options, "datagrams", 0, c.softDatagrams()),
            bound(options, "datagrams", 1, c.hardDatagrams()),
            Integer.parseInt(options.getOrDefault("flows", "1000")));
    rig = new PairRig(policy, limits);
    rig.listener = this::say;
  }

  private static int bound(Map<String, String> options, String name, int index, int other) {
    String value = options.get(name);
    return value == null ? other : Integer.parseInt(value.split("/", 2)[index]);
  }

  private static Map<String, String> options(String[] words) {
    Map<String, String> options = new HashMap<>();
    for (String word : words) {
      String[] pair = word.split("=", 2);
      options.put(pair[0], pair.length == 1 ? "" : pair[1]);
    }
    return options;
  }

  private static int nic(String[] words) {
    return Integer.parseInt(options(words).getOrDefault("nic", "0"));
  }

  private static Frame frame(String[] words, boolean fromGuest) {
    Map<String, String> options = options(words);
    Segments made = new Segments().fromGuest(fromGuest);
    made.ports(80, Integer.parseInt(options.getOrDefault("port", "4000")));
    if (options.containsKey("v6")) {
      made.v6();
    }
    if (options.containsKey("vlan")) {
      made.vlans(Integer.parseInt(options.getOrDefault("vlan", "1")));
    }
    return switch (words[1]) {
      case "udp" -> made.udp(content(words, 2));
      case "arp" -> made.ethernet(0x0806, new byte[28]);
      case "nd" -> made.v6().ip(58, 0, new byte[] {(byte) 136, 0, 0, 0, 0, 0, 0, 0});
      case "broken" -> made.ethernet(0x0800, new byte[] {0x45, 0, 9});
      case "other" -> made.ethernet(0x88cc, content(words, 2));
      case "fragment" -> made.fragment(Integer.parseInt(words[2]), content(words, 3));
      default -> segment(made, words, options);
    };
  }

  private static Frame segment(Segments made, String[] words, Map<String, String> options) {
    int set =
        (options.containsKey("mss") ? Segments.MSS : 0)
            | (options.containsKey("scale") ? Segments.WINDOW_SCALE : 0)
            | (options.containsKey("sack") ? Segments.SACK_PERMITTED : 0)
            | (options.containsKey("ts") ? Segments.TIMESTAMPS : 0);
    made.options(set, (int) Long.parseLong(options.getOrDefault("ts", "0")));
    int flags = 0;
    for (char c : words[1].toCharArray()) {
      flags |=
          switch (c) {
            case 'S' -> Packet.SYN;
            case 'A' -> Packet.ACK;
            case 'F' -> Packet.FIN;
            case 'R' -> Packet.RST;
            default -> throw new IllegalArgumentException("flag " + c);
          };
    }
    int ack = Integer.parseUnsignedInt(options.getOrDefault("ack", "1"));
    return made.tcp(flags, Integer.parseUnsignedInt(words[2]), ack, content(words, 3));
  }

  private static byte[] content(String[] words, int at) {
    if (words.length <= at || words[at].contains("=") || OPTIONS.contains(words[at])) {
      return new byte[0];
    }
    String[] parts = words[at].split("\\*", 2);
    return (parts.length == 1 ? parts[0] : parts[0].repeat(Integer.parseInt(parts[1])))
        .getBytes(US_ASCII);
  }

  private static final List<String> OPTIONS = List.of("v6", "mss", "scale", "sack");

  private void tick(long milliseconds) {
    rig.now += milliseconds * 1_000_000;
    rig.gate.tick(rig.now);
  }

  private void held() {
    GateStatistics g = rig.gate.statistics(rig.now);
    ComparatorStatistics c = rig.comparator.statistics();
    say("A holds %d, flows %d".formatted(g.heldFrames(), g.flows()));
    say(
        "A released %d compared, %d checkpointed, %d stable, %d unchecked; dropped %d"
            .formatted(
                g.compared(),
                g.checkpointed(),
                g.stable(),
                g.unchecked(),
                g.droppedFrames() + g.droppedBytes() + g.droppedFlows()));
    say(
        "B keeps %d bytes, %d datagrams, %d records; dropped %d outputs, %d records, %d too late"
            .formatted(
                c.bytes(),
                c.datagrams(),
                c.waiting(),
                c.droppedOutputs(),
                c.droppedRecords(),
                c.outdated()));
  }
}
