/** Pure core: session states, checkpoint tracking, failure detection. No clock, I/O or threads. */
@NullMarked
package dev.hacolo.agent.domain;

import org.jspecify.annotations.NullMarked;
