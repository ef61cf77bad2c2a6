/** Metrics of the agent, and the probes' endpoint. */
@NullMarked
package dev.hacolo.agent.metrics;

import org.jspecify.annotations.NullMarked;
