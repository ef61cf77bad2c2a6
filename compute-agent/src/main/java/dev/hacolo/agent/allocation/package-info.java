/**
 * Confinement of a secondary's vCPU threads, and only those, to some of its vCPUs (asymmetric
 * vCPUs). {@link dev.hacolo.agent.allocation.CorePlan} decides (pure); one {@link
 * dev.hacolo.agent.allocation.VcpuConfinement} for each means of the host carries it out
 * (blocking); {@link dev.hacolo.agent.allocation.VcpuAllocator} is what the agent uses.
 */
@NullMarked
package dev.hacolo.agent.allocation;

import org.jspecify.annotations.NullMarked;
