/** Towards nova-ha-service: heartbeats and claims. */
@NullMarked
package dev.hacolo.agent.report;

import org.jspecify.annotations.NullMarked;
