/**
 * Wire records of the service-agent API: JSON in snake_case over HTTPS with mutual TLS.
 *
 * <p>All records are immutable values that validate themselves: a body that breaks a rule fails to
 * decode with an {@link java.lang.IllegalArgumentException} whose message is one sentence for a
 * person. Unknown fields are ignored, so that a newer peer can add some.
 */
@NullMarked
package dev.hacolo.common.api;

import org.jspecify.annotations.NullMarked;
