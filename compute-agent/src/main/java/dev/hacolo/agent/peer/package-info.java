/** The link between the two agents of a pair. */
@NullMarked
package dev.hacolo.agent.peer;

import org.jspecify.annotations.NullMarked;
