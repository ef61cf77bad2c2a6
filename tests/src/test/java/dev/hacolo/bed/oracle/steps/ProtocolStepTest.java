package dev.hacolo.bed.oracle.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProtocolStepTest {
  /** Steps are named as text: what is renamed in the agent must be renamed there. */
  @ParameterizedTest
  @EnumSource(ProtocolStep.class)
  void theAgentHasTheStep(ProtocolStep step) throws ClassNotFoundException {
    Class<?> type = Class.forName(step.type(), false, getClass().getClassLoader());
    assertThat(Arrays.stream(type.getDeclaredMethods()).filter(m -> !m.isBridge()))
        .filteredOn(m -> m.getName().equals(step.method()))
        .hasSize(1)
        // The line of the closing brace is the end of a method that returns nothing.
        .allMatch(m -> step.edge() == ProtocolStep.Edge.START || m.getReturnType() == void.class);
  }
}
