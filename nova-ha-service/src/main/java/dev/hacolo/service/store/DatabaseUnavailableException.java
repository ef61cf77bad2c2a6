package dev.hacolo.service.store;

/** The database could not be reached or did not answer in time; the same call may succeed later. */
public final class DatabaseUnavailableException extends Exception {
  private static final long serialVersionUID = 1;

  DatabaseUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  DatabaseUnavailableException(String message) {
    super(message);
  }
}
