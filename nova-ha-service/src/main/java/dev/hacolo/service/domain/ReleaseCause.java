package dev.hacolo.service.domain;

/** Why a pair shall end. */
public enum ReleaseCause {
  /** Nova has no such server any more: no copy may go on. */
  SERVER_GONE,
  /** The server left the flavor: its guest runs on unprotected. */
  FLAVOR,
  /** An operator ended the protection: its guest runs on, and no new pair is made. */
  OPERATOR
}
