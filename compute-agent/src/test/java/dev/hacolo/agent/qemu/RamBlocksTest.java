package dev.hacolo.agent.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.qemu.RamBlocks.Block;
import dev.hacolo.agent.qemu.RamBlocks.Part;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RamBlocksTest {
  /** From the format string of QEMU 10 (ram_block_format), not captured. */
  private static final String WITH_ADDRESSES =
      """
                    Block Name    PSize              Offset               Used              Total                HVA  RO
                        pc.ram    2 MiB  0x0000000000000000 0x0000000004000000 0x0000000004000000 0x00007f5febe00000  rw
                 /rom@etc/acpi    4 KiB  0x0000000005100000 0x0000000000020000 0x0000000000200000 0x00007f5fe0000000  ro
      """;

  @Test
  void blocksOfNewerVersionsHaveAddresses() {
    assertThat(RamBlocks.blocks(WITH_ADDRESSES))
        .containsExactly(
            new Block("pc.ram", 0x4000000, OptionalLong.of(0x7f5febe00000L)),
            new Block("/rom@etc/acpi", 0x20000, OptionalLong.of(0x7f5fe0000000L)));
  }

  @Test
  void whatIsNoTableHasNoBlocks() {
    assertThat(RamBlocks.blocks("")).isEmpty();
    assertThat(RamBlocks.blocks("unknown command: 'info ramblock'\r\n")).isEmpty();
  }

  @Test
  void onlyRamOfTheNamedBlocksIsAPart() {
    String tree =
        """
        FlatView #2
         AS "memory", root: system
          0000000000000000-000000000009ffff (prio 0, ram): pc.ram
          00000000000c0000-00000000000dffff (prio 1, rom): pc.ram
          0000000000100000-0000000003ffffff (prio 0, ram): pc.ram @0000000000100000
          00000000fd000000-00000000fdffffff (prio 1, ram): vga.vram
          0000000100000000-000000017fffffff (prio 0, ram): /objects/m0
        FlatView #3
          0000000000000000-000000000009ffff (prio 0, ram): pc.ram
        """;
    assertThat(RamBlocks.parts(tree, Set.of("pc.ram", "/objects/m0")))
        .containsExactly(
            new Part(0, 0xa0000, "pc.ram", 0),
            new Part(0x100000, 0x3f00000, "pc.ram", 0x100000),
            new Part(0x100000000L, 0x80000000L, "/objects/m0", 0));
  }

  @Test
  void anAddressIsOneOfTheBlock() {
    String answer = "Host virtual address for 0x100000 (pc.ram) is 0x7f5febf00000\r\n";
    assertThat(RamBlocks.address(answer, "pc.ram")).hasValue(0x7f5febf00000L);
    assertThat(RamBlocks.address(answer, "ram0")).isEmpty();
    assertThat(RamBlocks.address("No memory is mapped at address 0x1\r\n", "pc.ram")).isEmpty();
  }
}
