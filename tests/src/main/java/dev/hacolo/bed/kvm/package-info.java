/**
 * A whole pair on KVM with the kernel module: run by {@code tests/kmod} in a VM with a kernel of
 * its own.
 */
@NullMarked
package dev.hacolo.bed.kvm;

import org.jspecify.annotations.NullMarked;
