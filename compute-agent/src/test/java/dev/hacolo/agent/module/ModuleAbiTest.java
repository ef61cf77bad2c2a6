package dev.hacolo.agent.module;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The constants against the text of the header that the module is built from. */
final class ModuleAbiTest {
  private static final Path HEADER = Path.of("../kvm-module/include/uapi/ha_colo.h");
  private static final Pattern STRUCT =
      Pattern.compile("struct ha_colo_(\\w+) \\{(.*?)\\n\\};", Pattern.DOTALL);
  private static final Pattern FIELD = Pattern.compile("__([us])(32|64) (\\w+)(?:\\[(\\d+)\\])?;");
  private static final Pattern REQUEST =
      Pattern.compile("#define HA_COLO_(\\w+) (_IOW?R?)\\(HA_COLO_IOC, 0x(\\w+), struct (\\w+)\\)");
  private static final Pattern NUMBER =
      Pattern.compile("#define HA_COLO_(\\w+) (0x[0-9a-fA-F]+|\\d+)(?:U|ULL)?\\b");

  private final String header;
  private final Map<String, Integer> expected = new TreeMap<>();

  ModuleAbiTest() throws IOException {
    header = Files.readString(HEADER);
    for (Matcher struct = STRUCT.matcher(header); struct.find(); ) {
      layout(struct.group(1).toUpperCase(Locale.ROOT), struct.group(2));
    }
    for (Matcher request = REQUEST.matcher(header); request.find(); ) {
      expected.put("REQUEST_" + request.group(1), code(request));
    }
    for (Matcher number = NUMBER.matcher(header); number.find(); ) {
      expected.putIfAbsent(number.group(1), Integer.decode(number.group(2)));
    }
  }

  /** Every field is aligned to its size, as on every ABI of Linux with 64-bit alignment. */
  private void layout(String struct, String body) {
    int at = 0;
    for (Matcher field = FIELD.matcher(body.replaceAll("(?s)/\\*.*?\\*/", "")); field.find(); ) {
      int size = Integer.parseInt(field.group(2)) / Byte.SIZE;
      assertThat(at % size).as("%s.%s needs no padding", struct, field.group(3)).isZero();
      if (!field.group(3).equals("reserved")) {
        expected.put(struct + "_" + field.group(3).toUpperCase(Locale.ROOT), at);
      }
      at += size * (field.group(4) == null ? 1 : Integer.parseInt(field.group(4)));
    }
    assertThat(at % Long.BYTES).as("%s has one size for all callers", struct).isZero();
    expected.put(struct + "_SIZE", at);
  }

  private int code(Matcher request) {
    String struct = request.group(4).replace("ha_colo_", "").toUpperCase(Locale.ROOT);
    int size = expected.getOrDefault(struct + "_SIZE", -1);
    int read = request.group(2).contains("R") ? 2 : 0;
    int write = request.group(2).contains("W") ? 1 : 0;
    int number = Integer.parseInt(request.group(3), 16);
    return (read | write) << 30 | size << 16 | 0xb9 << 8 | number;
  }

  @Test
  void everyConstantIsTheHeaders() throws IllegalAccessException {
    int compared = 0;
    for (Field field : ModuleAbi.class.getDeclaredFields()) {
      if (field.getType() == int.class && !Modifier.isPrivate(field.getModifiers())) {
        assertThat(expected).containsEntry(field.getName(), field.getInt(null));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(60);
  }

  @Test
  void everyFieldRequestAndFeatureOfTheHeaderIsKnown() {
    for (String name : expected.keySet()) {
      if (!name.equals("IOC") && !name.equals("MAX_GFNS")) {
        assertThat(ModuleAbi.class.getDeclaredFields())
            .as(name)
            .extracting(Field::getName)
            .contains(name);
      }
    }
  }

  /** Golden values, so that header and test do not go wrong together. */
  @Test
  void requestsHaveTheKernelsNumbers() {
    assertThat(ModuleAbi.REQUEST_INFO).isEqualTo(0x8020b900);
    assertThat(ModuleAbi.REQUEST_ATTACH).isEqualTo(0xc040b901);
    assertThat(ModuleAbi.REQUEST_ROTATE).isEqualTo(0x8040b902);
    assertThat(ModuleAbi.REQUEST_GATE).isEqualTo(0x4020b903);
    assertThat(ModuleAbi.REQUEST_STAT).isEqualTo(0x80c8b904);
  }

  @Test
  void structuresAreInTheMachinesByteOrderAndZero() {
    var struct = ModuleAbi.struct(ModuleAbi.STAT_SIZE);
    assertThat(struct.order()).isEqualTo(ByteOrder.nativeOrder());
    assertThat(struct.isDirect()).isTrue();
    assertThat(struct.getLong(0)).isZero();
    assertThat(header).contains(ModuleAbi.DEVICE);
  }
}
