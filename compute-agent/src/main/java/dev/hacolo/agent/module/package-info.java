/**
 * Client of the kernel module {@code ha_colo} (kvm-module/include/uapi/ha_colo.h is the contract;
 * docs/adr/0010-what-the-bitmap-proves.md says what its bitmap is used for).
 *
 * <p>{@link dev.hacolo.agent.module.ColoModule} attaches VMs and shares one descriptor per VM among
 * those who need it; {@code ModuleDevice} speaks to the device, {@code ModuleAbi} knows the bytes,
 * {@code KernelCalls} is the seam to the kernel. Everything here blocks for as long as a system
 * call takes and belongs on worker threads.
 */
@NullMarked
package dev.hacolo.agent.module;

import org.jspecify.annotations.NullMarked;
