package dev.hacolo.common.api;

/**
 * How a secondary's vCPUs are confined at present (asymmetric vCPUs).
 *
 * @param vcpus vCPUs of the guest, at least 1
 * @param wanted how many of them shall run at a time, as it was ordered, 1 to {@code vcpus}
 * @param active how many of them may, 1 to {@code vcpus}
 * @param level by what means
 * @param cpus host CPUs that the vCPU threads are confined to, in the kernel's list form (for
 *     example {@code 2-3,6}); empty if to none in particular
 * @param quotaPercent CPU time that the vCPU threads may use together, in percent of one host CPU;
 *     0 without a quota
 * @param reason one sentence: why this level and these CPUs; or what could not be done
 */
public record VcpuAllocation(
    int vcpus, int wanted, int active, Level level, String cpus, int quotaPercent, String reason) {
  /** Means of confinement. */
  public enum Level {
    /** Not confined: all vCPUs may run, or no means of this host works. */
    NONE,
    /** A threaded group of cgroup v2 with {@code cpuset} and {@code cpu}. */
    CGROUP_V2,
    /** Groups of the cgroup v1 controllers {@code cpuset} and {@code cpu}. */
    CGROUP_V1,
    /** CPU affinity of the threads; knows no quota. */
    AFFINITY,
    /** The run tokens of the kernel module. */
    MODULE_GATE
  }

  /** Checks every field. */
  public VcpuAllocation {
    Checks.range(vcpus, 1, 1024, "vcpu_allocation.vcpus");
    Checks.range(wanted, 1, vcpus, "vcpu_allocation.wanted");
    Checks.range(active, 1, vcpus, "vcpu_allocation.active");
    Checks.present(level, "vcpu_allocation.level");
    Checks.present(cpus, "vcpu_allocation.cpus");
    Checks.range(quotaPercent, 0, 102_400, "vcpu_allocation.quota_percent");
    Checks.present(reason, "vcpu_allocation.reason");
  }
}
