/**
 * Which outputs of the primary may leave, and what the secondary VM is fed: the rules of release,
 * the comparison, the inputs. Pure: frames and time in, decisions out; no I/O, no threads.
 */
@NullMarked
package dev.hacolo.agent.compare;

import org.jspecify.annotations.NullMarked;
