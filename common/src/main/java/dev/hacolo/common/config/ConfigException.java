package dev.hacolo.common.config;

import java.util.List;

/** A configuration file with wrong values; the message lists all of them, one a line. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  /**
   * Reports all problems at once.
   *
   * @param source path of the file
   * @param problems one sentence each
   */
  public ConfigException(String source, List<String> problems) {
    super(
        "%s: %d wrong value(s)%n  %s"
            .formatted(source, problems.size(), String.join("%n  ".formatted(), problems)));
    this.problems = List.copyOf(problems);
  }

  /** One sentence for each wrong value: name, value, what is allowed. */
  public List<String> problems() {
    return problems;
  }
}
