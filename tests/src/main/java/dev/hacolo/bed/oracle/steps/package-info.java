/**
 * Kills at chosen steps of the agents' protocols: the agent that carries a step out is stopped
 * there by Java's own debug interface, so that no agent knows of it.
 */
@NullMarked
package dev.hacolo.bed.oracle.steps;

import org.jspecify.annotations.NullMarked;
