/**
 * Asymmetric vCPUs: how many of a secondary's vCPUs may run at a time on this host, and by what
 * means. {@link dev.hacolo.agent.allocation.CpuPlan} decides, without I/O, for which CPUs; a {@link
 * dev.hacolo.agent.allocation.VcpuConfinement} carries it out; {@link
 * dev.hacolo.agent.allocation.VcpuAllocator} is what the agent uses of it.
 */
@NullMarked
package dev.hacolo.agent.allocation;

import org.jspecify.annotations.NullMarked;
