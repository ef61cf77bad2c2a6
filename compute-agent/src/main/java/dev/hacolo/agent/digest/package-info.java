/** Keyed digests of content, for whoever compares content that he does not have. Pure. */
@NullMarked
package dev.hacolo.agent.digest;

import org.jspecify.annotations.NullMarked;
