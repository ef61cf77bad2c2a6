/** Runs short programs. */
@NullMarked
package dev.hacolo.agent.process;

import org.jspecify.annotations.NullMarked;
