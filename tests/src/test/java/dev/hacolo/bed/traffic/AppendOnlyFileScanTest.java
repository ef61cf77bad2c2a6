package dev.hacolo.bed.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AppendOnlyFileScanTest {
  private static final WriteScheme SCHEME = new WriteScheme(100);

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  @Test
  void findsEveryWrite() throws Exception {
    file.writeBytes(Resp.command(List.of(Resp.ascii("SELECT"), Resp.ascii("0"))));
    write(1, 2, 3);
    var outcome = scan(3, false);
    assertThat(outcome.lost()).isZero();
    assertThat(outcome.checked()).isEqualTo(3);
  }

  @Test
  void findsThatTheLastWriteIsMissing() throws Exception {
    write(1, 2);
    assertThat(scan(3, false).lost()).isEqualTo(1);
  }

  @Test
  void findsThatAWriteInTheMiddleIsMissing() throws Exception {
    write(1, 3, 4);
    var outcome = scan(4, false);
    assertThat(outcome.lost()).isEqualTo(1);
    assertThat(outcome.examples()).first().asString().contains("before number 3");
  }

  @Test
  void findsADamagedByteOnce() throws Exception {
    write(1, 2, 3);
    byte[] bytes = file.toByteArray();
    int second = bytes.length * 2 / 3 - 10;
    bytes[second] ^= 1;
    file.reset();
    file.writeBytes(bytes);
    assertThat(scan(3, false).lost()).isEqualTo(1);
  }

  @Test
  void findsThatTheFileIsEmpty() throws Exception {
    assertThat(scan(5, false).lost()).isEqualTo(5);
  }

  @Test
  void aWriteThatIsCutOffAtTheEndIsNotThere() throws Exception {
    write(1, 2);
    byte[] bytes = file.toByteArray();
    file.reset();
    file.writeBytes(Arrays.copyOf(bytes, bytes.length - 5));
    assertThat(scan(2, false).lost()).isEqualTo(1);
    assertThat(scan(1, true).lost()).isZero();
  }

  @Test
  void aWriteThatWasNotAcknowledgedMayBeThere() throws Exception {
    write(1, 2, 3);
    assertThat(scan(2, true).lost()).isZero();
  }

  private void write(long... numbers) {
    for (long number : numbers) {
      file.writeBytes(
          Resp.command(
              List.of(
                  Resp.ascii("SET"), Resp.ascii(SCHEME.key(1, number)), SCHEME.value(1, number))));
    }
  }

  private AppendOnlyFileScan.Outcome scan(long acknowledged, boolean pending) throws Exception {
    AppendOnlyFileScan scan = new AppendOnlyFileScan(SCHEME);
    scan.read(new AnswerReader(new ByteArrayInputStream(file.toByteArray())));
    return scan.finish(List.of(FindingTest.connection(acknowledged, pending)));
  }
}
