package dev.hacolo.agent.module;

import java.nio.ByteBuffer;

/**
 * What the end of an epoch has shown.
 *
 * @param epoch number of the epoch that has ended, from 1
 * @param dirty pages of 4 KiB that vCPUs, or KVM itself, have written in it; what QEMU or vhost
 *     wrote for a device is not among them
 * @param marks how often KVM noted a page
 * @param outside notes of pages beyond the bitmap: not 0 means that {@code dirty} is too low
 * @param logged pages whose writes KVM notes at present; 0 means that {@code dirty} says nothing
 */
public record Rotation(long epoch, long dirty, long marks, long outside, long logged) {
  static Rotation of(ByteBuffer struct) {
    return new Rotation(
        struct.getLong(ModuleAbi.ROTATE_EPOCH),
        struct.getLong(ModuleAbi.ROTATE_DIRTY),
        struct.getLong(ModuleAbi.ROTATE_MARKS),
        struct.getLong(ModuleAbi.ROTATE_OUTSIDE),
        struct.getLong(ModuleAbi.ROTATE_LOGGED));
  }
}
