package dev.hacolo.bed.oracle.judge;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A list of items, as redis has them. Empty at first. */
public final class ListModel implements Model<List<String>> {
  @Override
  public List<String> initial() {
    return List.of();
  }

  @Override
  public Optional<List<String>> next(List<String> state, Operation o) {
    return switch (o.verb()) {
      case PUSH_LEFT -> pushed(o, state, 0);
      case PUSH_RIGHT -> pushed(o, state, state.size());
      case POP_LEFT ->
          result(o, at(state, 0), state.isEmpty() ? state : state.subList(1, state.size()));
      case AT -> result(o, at(state, Integer.parseInt(o.argument())), state);
      case ALL -> result(o, joined(state), state);
      default -> throw new IllegalArgumentException(o.verb() + " is nothing for a list");
    };
  }

  /** The answer to {@link Verb#ALL}. */
  public static String joined(List<String> items) {
    return items.isEmpty() ? "" : String.join(",", items) + ",";
  }

  private static Optional<List<String>> pushed(Operation o, List<String> state, int place) {
    List<String> longer = new ArrayList<>(state);
    longer.add(place, o.argument());
    return result(o, Integer.toString(longer.size()), longer);
  }

  private static String at(List<String> state, int place) {
    return place < state.size() ? state.get(place) : Operation.ABSENT;
  }

  private static Optional<List<String>> result(Operation o, String answer, List<String> state) {
    return o.isAmbiguous() || o.answered().equals(answer)
        ? Optional.of(List.copyOf(state))
        : Optional.empty();
  }
}
