package dev.hacolo.agent.qemu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What QEMU's monitor says of guest RAM; pure. QEMU 7.2 prints no host address in {@code info
 * ramblock}, so one comes from {@code gpa2hva} and the block's place in the guest ({@code info
 * mtree -f}); newer ones have a column HVA (QEMU migration/ram or softmmu/physmem,
 * ram_block_format).
 */
final class RamBlocks {
  private static final Pattern FLAT =
      Pattern.compile(
          "\\s*([0-9a-f]{16})-([0-9a-f]{16}) \\(prio -?\\d+, ram\\): (.+?)(?: @([0-9a-f]{16}))?");
  private static final Pattern HVA =
      Pattern.compile("Host virtual address for 0x[0-9a-f]+ \\((.+)\\) is 0x([0-9a-f]+)\\s*");

  private RamBlocks() {}

  /**
   * A block of memory.
   *
   * @param name its name, for RAM the id of its memory backend
   * @param used bytes
   * @param address in QEMU's address space, if told
   */
  record Block(String name, long used, OptionalLong address) {}

  /**
   * Where a part of a block is in the guest.
   *
   * @param guest guest-physical address
   * @param bytes how many
   * @param name of the block
   * @param offset in the block
   */
  record Part(long guest, long bytes, String name, long offset) {}

  /** Lines of {@code info ramblock}; a line that is no block is passed over. */
  static List<Block> blocks(String text) {
    List<Block> blocks = new ArrayList<>();
    int host = -1;
    for (String line : text.lines().map(String::strip).toList()) {
      List<String> words = Arrays.asList(line.split("\\s+"));
      if (words.contains("PSize")) {
        // "Block Name" and "4 KiB" are two words each.
        host = words.indexOf("HVA");
      } else if (words.size() >= 6 && words.get(4).startsWith("0x")) {
        OptionalLong address =
            host > 0 && host < words.size()
                ? OptionalLong.of(hex(words.get(host)))
                : OptionalLong.empty();
        blocks.add(new Block(words.get(0), hex(words.get(4)), address));
      }
    }
    return blocks;
  }

  /** Where blocks of these names are RAM of the guest, from {@code info mtree -f}. */
  static List<Part> parts(String text, Set<String> names) {
    return text.lines()
        .map(FLAT::matcher)
        .filter(m -> m.matches() && names.contains(m.group(3)))
        .map(RamBlocks::part)
        .distinct()
        .toList();
  }

  private static Part part(Matcher line) {
    String offset = line.group(4);
    long guest = Long.parseUnsignedLong(line.group(1), 16);
    return new Part(
        guest,
        Long.parseUnsignedLong(line.group(2), 16) + 1 - guest,
        line.group(3),
        offset == null ? 0 : Long.parseUnsignedLong(offset, 16));
  }

  /** What {@code gpa2hva} answers; empty if it is not an address in the block. */
  static OptionalLong address(String text, String name) {
    Matcher answer = HVA.matcher(text);
    return answer.matches() && answer.group(1).equals(name)
        ? OptionalLong.of(Long.parseUnsignedLong(answer.group(2), 16))
        : OptionalLong.empty();
  }

  private static long hex(String word) {
    return Long.parseUnsignedLong(word.substring(2), 16);
  }
}
