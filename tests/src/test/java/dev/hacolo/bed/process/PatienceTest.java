package dev.hacolo.bed.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatienceTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 6, 100})
  void factorsWithinTheBoundsAreTaken(int factor) {
    assertThat(Patience.factor(factor)).isEqualTo(factor);
  }

  @Test
  void othersAreRefusedWithWhatIsAllowed() {
    assertThatThrownBy(() -> Patience.factor(0))
        .hasMessage("hacolo.patience is 0: allowed is 1 to 100");
    assertThatThrownBy(() -> Patience.factor(101)).isInstanceOf(BedException.class);
  }
}
