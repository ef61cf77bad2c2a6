package dev.hacolo.bed.openstack;

/**
 * A compute host.
 *
 * @param name service host
 * @param hypervisor hypervisor host name, the name of the resource provider
 * @param zone availability zone
 * @param vcpus CPUs, allocated up to 4 times over
 * @param memoryMb memory in MiB, of which 512 are reserved
 * @param diskGb disk in GiB
 */
public record StandInHost(
    String name, String hypervisor, String zone, int vcpus, int memoryMb, int diskGb) {

  /** A host whose hypervisor has the same name, in zone {@code nova}. */
  public static StandInHost of(String name, int vcpus, int memoryMb, int diskGb) {
    return new StandInHost(name, name, "nova", vcpus, memoryMb, diskGb);
  }
}
