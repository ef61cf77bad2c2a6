package dev.hacolo.service.store;

import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.Set;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.exception.JDBCConnectionException;
import org.jspecify.annotations.Nullable;

/** Tells faults that pass from those that do not, by SQLSTATE. */
final class DatabaseFaults {
  /** Connection, transaction rollback, resources, operator intervention, lock not available. */
  private static final Set<String> PASSING_CLASSES = Set.of("08", "40", "53", "57", "55", "58");

  private DatabaseFaults() {}

  static boolean passes(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof JDBCConnectionException || cause instanceof SQLTransientException) {
        return true;
      }
      if (cause instanceof SQLException sql && passes(sql.getSQLState())) {
        return true;
      }
    }
    return false;
  }

  static boolean violatesConstraint(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConstraintViolationException) {
        return true;
      }
    }
    return false;
  }

  private static boolean passes(@Nullable String state) {
    return state != null && state.length() == 5 && PASSING_CLASSES.contains(state.substring(0, 2));
  }
}
