/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * ha_colo: epoch dirty pages and the vCPU gate of a protected virtual machine.
 *
 * One descriptor of /dev/ha_colo serves one VM, from HA_COLO_ATTACH until the last copy of the
 * descriptor is closed: then the gate is open again and the bitmap is gone, whatever became of the
 * process. Any number of descriptors may be open, each for a VM of its own. All calls need
 * CAP_SYS_ADMIN at open(); a descriptor that is passed on keeps what its opener was allowed.
 *
 * All structures have a fixed size and one layout for 32-bit and 64-bit callers, hold no pointer,
 * and are in the byte order of the machine. Fields named reserved, and unknown flags, must be 0 on
 * the way in (EINVAL) and are 0 on the way out.
 *
 * Errors of every call: ENOTTY unknown request, EFAULT bad argument address, EINVAL a value that is
 * not allowed. Those of one call stand with it. A call that fails has changed nothing.
 */
#ifndef _UAPI_HA_COLO_H
#define _UAPI_HA_COLO_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define HA_COLO_DEVICE "/dev/ha_colo"

/* Raised when the meaning of a structure or request changes. */
#define HA_COLO_ABI 1

/* Largest guest-physical address space that a bitmap covers, in pages of 4 KiB: 4 TiB. */
#define HA_COLO_MAX_GFNS 0x40000000ULL

/* Most vCPUs of a VM that the gate serves. */
#define HA_COLO_MAX_VCPUS 1024

/* struct ha_colo_info.features */
#define HA_COLO_FEATURE_DIRTY 0x1U /* the bitmap: KVM's dirty hook is in place */
#define HA_COLO_FEATURE_GATE 0x2U /* HA_COLO_GATE: KVM's entry hooks are in place */

/* HA_COLO_INFO: what this module can do. Allowed before HA_COLO_ATTACH. */
struct ha_colo_info {
	__u32 abi; /* HA_COLO_ABI of the module */
	__u32 features;
	__u32 reserved[6];
};

/*
 * HA_COLO_ATTACH: binds this descriptor to a VM and starts its first epoch.
 *
 * EBADF vm_fd is closed; EINVAL vm_fd is no KVM VM, or gfns is above HA_COLO_MAX_GFNS;
 * EBUSY this descriptor has a VM already; EEXIST another descriptor has this VM; ENODEV the VM is
 * dying; ENOMEM; ENOSPC the memory limit of the module (parameter max_bitmap_mib) is reached.
 */
struct ha_colo_attach {
	__s32 vm_fd;	  /* in: descriptor of the VM in the caller, from pidfd_getfd() */
	__u32 flags;	  /* in: 0 */
	__u64 gfns;	  /* in: pages to cover, 0: all memory of now; out: covered */
	__u64 half_bytes; /* out: length of one half of the bitmap, whole pages */
	__u64 map_bytes;  /* out: what mmap() at offset 0 may span: header page and both halves */
	__u64 reserved[4];
};

/*
 * First page of the mapping; read-only, MAP_SHARED. Written by the module with single aligned
 * stores. Bit n of a half, at byte n / 8, value 1 << n % 8, is guest page n.
 */
struct ha_colo_header {
	__u32 magic; /* HA_COLO_MAGIC */
	__u32 abi;
	__u64 gfns;
	__u64 half_bytes;
	__u64 half_offset[2]; /* of each half in the mapping */
	__u64 epoch;	      /* number of the present one, from 1; its half is epoch % 2 */
	__u64 outside;	      /* marks beyond gfns since the attach (hot-plugged memory) */
	__u64 reserved[9];
};

#define HA_COLO_MAGIC 0x4f4c4f43U

/*
 * HA_COLO_ROTATE: ends an epoch and starts the next one with an empty half. The half of the ended
 * epoch stays as it is until the next rotation.
 *
 * Only while the VM is paused, and after KVM's dirty log has been cleared for all that was sent
 * (QEMU does so at each COLO checkpoint): KVM reports the first write to a page after that. EBUSY
 * if a vCPU is inside KVM_RUN. The caller must know from QEMU that the VM was paused before and is
 * still paused after this call: a vCPU between two KVM_RUNs looks paused.
 *
 * What the bitmap cannot know: pages that QEMU or vhost writes for a device, and all pages while
 * the dirty log is off. A bit may be set although the store was not carried out in the end.
 *
 * ENODEV no VM, or it is gone.
 */
struct ha_colo_rotate {
	__u64 epoch;   /* out: the epoch that has ended */
	__u64 dirty;   /* out: bits set in its half */
	__u64 marks;   /* out: marks of KVM in it, one page may have several */
	__u64 outside; /* out: marks beyond gfns in it: not 0 means that the half is incomplete */
	__u64 logged;  /* out: pages of slots whose dirty log is on now */
	__u64 reserved[3];
};

/* struct ha_colo_gate: ranges, in microseconds */
#define HA_COLO_MIN_SLICE_US 500
#define HA_COLO_MAX_SLICE_US 1000000

/*
 * HA_COLO_GATE: at most so many vCPUs of the VM are in guest mode at a time. May be repeated with
 * other values. No vCPU is kept from handling a signal or a request of KVM or QEMU.
 *
 * ENODEV no VM, or it is gone; EOPNOTSUPP the feature is missing; E2BIG more than
 * HA_COLO_MAX_VCPUS vCPUs.
 */
struct ha_colo_gate {
	__u32 tokens;	/* 1 to HA_COLO_MAX_VCPUS; 0: off, at once */
	__u32 slice_us; /* how long a token may be kept while another vCPU waits */
	__u32 bound_us; /* longest that a revocation may be put off while the vCPU is in the guest's
			 * kernel; 0: never put off. At most HA_COLO_MAX_SLICE_US
			 */
	__u32 flags;	/* 0 */
	__u64 reserved[2];
};

/* HA_COLO_STAT: figures since the attach. ENODEV no VM. */
struct ha_colo_stat {
	__u64 epoch;
	__u64 gfns;
	__u64 marks;
	__u64 outside;
	__u64 rotations;
	__u32 vm_alive;	 /* 1 while some process has the VM open */
	__u32 vcpus;	 /* of the VM */
	__u32 tokens;	 /* in force; 0: no gate */
	__u32 held;	 /* tokens that vCPUs hold now */
	__u32 most_held; /* most at once since tokens was set */
	__u32 waiting;	 /* vCPUs that wait for a token now */
	__u64 acquired;
	__u64 waits;
	__u64 wait_ns;
	__u64 longest_wait_ns;
	__u64 halts;	   /* tokens given back because the vCPU halted */
	__u64 exits;	   /* ... because it left KVM_RUN */
	__u64 spins;	   /* ... because it spun on a lock */
	__u64 revocations; /* ... because its slice was over */
	__u64 put_off;	   /* revocations that were put off for the guest's kernel */
	__u64 let_by;	   /* waits that a signal ended: no entry follows, KVM leaves KVM_RUN */
	__u64 reserved[7];
};

#define HA_COLO_IOC 0xb9

#define HA_COLO_INFO _IOR(HA_COLO_IOC, 0x00, struct ha_colo_info)
#define HA_COLO_ATTACH _IOWR(HA_COLO_IOC, 0x01, struct ha_colo_attach)
#define HA_COLO_ROTATE _IOR(HA_COLO_IOC, 0x02, struct ha_colo_rotate)
#define HA_COLO_GATE _IOW(HA_COLO_IOC, 0x03, struct ha_colo_gate)
#define HA_COLO_STAT _IOR(HA_COLO_IOC, 0x04, struct ha_colo_stat)

#endif /* _UAPI_HA_COLO_H */
