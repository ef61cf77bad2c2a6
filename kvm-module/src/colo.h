/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the module share. The interface to user space is uapi/ha_colo.h. */
#ifndef _COLO_H
#define _COLO_H

#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/kref.h>
#include <linux/kvm_host.h>
#include <linux/list.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/task_work.h>
#include <linux/workqueue.h>

#include "ha_colo.h"

/* --- bitmap.c: memory of one VM's bitmap, and its mapping --- */

/*
 * Outlives the VM's descriptor while a process has it mapped. The summary has a bit for each cache
 * line of a half, 512 guest pages, that is not empty, so that clearing a half costs what was
 * written and not what could have been.
 */
struct colo_bitmap {
	struct kref ref;
	struct ha_colo_header *header; /* start of the memory */
	unsigned long *half[2];
	unsigned long *summary[2];
	u64 gfns;
	u64 half_bytes;
	u64 bytes;
};

struct colo_bitmap *colo_bitmap_alloc(u64 gfns);
void colo_bitmap_put(struct colo_bitmap *map);
int colo_bitmap_mmap(struct colo_bitmap *map, struct vm_area_struct *vma);
bool colo_bitmap_mark(struct colo_bitmap *map, int half, u64 gfn);
void colo_bitmap_clear(struct colo_bitmap *map, int half);

/* --- vm.c: the VMs that are attached --- */

struct colo_gate;

/* Marks of an epoch. */
struct colo_marks {
	u64 dirty;
	u64 marks;
	u64 outside;
};

struct colo_vm {
	struct hlist_node node; /* in the table while the VM lives; its mutex, RCU */

	/*
	 * One call at a time, and what follows. kvm is referenced; it becomes NULL when the address
	 * space of the VM's process goes. Hooks compare it only, under RCU.
	 */
	struct mutex lock;
	struct kvm *kvm;
	bool has_notifier;
	struct mm_struct *mm; /* kept by the notifier */
	struct mmu_notifier notifier;
	struct work_struct gone;

	struct colo_bitmap *bitmap;
	raw_spinlock_t mark_lock; /* the present half and what follows */
	u64 epoch;
	struct colo_marks present;
	struct colo_marks past; /* of all epochs that have ended */
	u64 rotations;

	struct colo_gate __rcu *gate; /* from the first HA_COLO_GATE to the detach */
};

struct colo_vm *colo_vm_attach(struct ha_colo_attach *args);
void colo_vm_detach(struct colo_vm *vm);
struct colo_vm *colo_vm_find(const struct kvm *kvm);
bool colo_vm_alive(const struct colo_vm *vm);

/* --- dirty.c: marks and epochs --- */

void colo_dirty_init(struct colo_vm *vm);
long colo_dirty_rotate(struct colo_vm *vm, struct ha_colo_rotate *out);
void colo_dirty_stat(struct colo_vm *vm, struct ha_colo_stat *out);
u64 colo_dirty_end_of_memory(struct kvm *kvm);

/* --- gate.c: HA_COLO_GATE, and where KVM meets it --- */

long colo_gate_set(struct colo_vm *vm, const struct ha_colo_gate *args);
void colo_gate_open(struct colo_vm *vm);
void colo_gate_free(struct colo_vm *vm);
void colo_gate_stat(struct colo_vm *vm, struct ha_colo_stat *out);

/* --- hook.c: entries of KVM's functions --- */

/* Handlers are called with preemption off; a and so on are the first arguments of the function. */
void colo_on_mark(unsigned long kvm, unsigned long slot, unsigned long gfn);
void colo_on_run(unsigned long vcpu, unsigned long unused1, unsigned long unused2);
void colo_on_put(unsigned long vcpu, unsigned long unused1, unsigned long unused2);
void colo_on_halt(unsigned long vcpu, unsigned long unused1, unsigned long unused2);
void colo_on_wake(unsigned long vcpu, unsigned long unused1, unsigned long unused2);
void colo_on_spin(unsigned long vcpu, unsigned long unused1, unsigned long unused2);

int colo_hooks_register(void);
void colo_hooks_unregister(void);
u32 colo_hooks_features(void);

/* --- device.c --- */

int colo_device_register(void);
void colo_device_unregister(void);

#endif /* _COLO_H */
