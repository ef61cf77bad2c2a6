/**
 * A model of a pair, small enough to be looked at in all its states: what two clients can see of
 * release, epochs, ledger and failover. It is the proof behind docs/consistency.md; {@link
 * dev.hacolo.agent.model.PairModel} says what is in it and what is left out.
 */
@NullMarked
package dev.hacolo.agent.model;

import org.jspecify.annotations.NullMarked;
