/** Who is at the other end of a mutual TLS connection. */
@NullMarked
package dev.hacolo.common.identity;

import org.jspecify.annotations.NullMarked;
