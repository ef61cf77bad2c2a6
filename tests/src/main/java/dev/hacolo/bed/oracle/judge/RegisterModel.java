package dev.hacolo.bed.oracle.judge;

import java.util.Optional;

/** A key that has a value or none; appended values are joined by {@code +}. Absent at first. */
public final class RegisterModel implements Model<String> {
  @Override
  public String initial() {
    return Operation.ABSENT;
  }

  @Override
  public Optional<String> next(String state, Operation o) {
    boolean absent = state.equals(Operation.ABSENT);
    return switch (o.verb()) {
      case GET -> result(o, state, state);
      case SET -> result(o, "OK", o.argument());
      case DELETE -> result(o, absent ? "0" : "1", Operation.ABSENT);
      case APPEND -> absent ? result(o, "NO", state) : result(o, "OK", state + "+" + o.argument());
      default -> throw new IllegalArgumentException(o.verb() + " is nothing for a key");
    };
  }

  private static Optional<String> result(Operation o, String answer, String state) {
    return o.isAmbiguous() || o.answered().equals(answer) ? Optional.of(state) : Optional.empty();
  }
}
