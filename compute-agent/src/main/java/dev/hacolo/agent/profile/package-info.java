/**
 * What clients ask of a guest's services, and which bytes of the answers are a body in a framing
 * that the service's profile allows. Pure: bytes in, findings out; no clock, no I/O, no threads.
 */
@NullMarked
package dev.hacolo.agent.profile;

import org.jspecify.annotations.NullMarked;
