// SPDX-License-Identifier: GPL-2.0
/*
 * Marks of KVM, and the epochs that they belong to.
 *
 * KVM calls mark_page_dirty_in_slot() for each page that it lets a guest write for the first time
 * since the page's log was cleared, and for each page that it writes itself. The mark comes before
 * the store, so a page that a paused guest has written is in the bitmap.
 */

#include <linux/ktime.h>
#include <linux/delay.h>
#include <linux/module.h>

#include "colo.h"
#include "trace.h"

/* Another vCPU call than KVM_RUN is short; one that is not must not hold a checkpoint up. */
#define LOCK_TRIES 200
#define LOCK_PAUSE_US 50

void colo_dirty_init(struct colo_vm *vm)
{
	raw_spin_lock_init(&vm->mark_lock);
	vm->epoch = 1;
	vm->bitmap->header->epoch = 1;
}

/*
 * Any address space: what SMM writes through the second one is memory of the same guest. The
 * condition is KVM's own for its log, so the bitmap holds nothing that KVM's log does not.
 */
void colo_on_mark(unsigned long kvm, unsigned long slot, unsigned long gfn)
{
	const struct kvm_memory_slot *memslot = (const struct kvm_memory_slot *)slot;
	struct colo_vm *vm;
	unsigned long flags;

	if (!memslot || !(memslot->flags & KVM_MEM_LOG_DIRTY_PAGES))
		return;
	rcu_read_lock();
	vm = colo_vm_find((struct kvm *)kvm);
	if (vm) {
		raw_spin_lock_irqsave(&vm->mark_lock, flags);
		vm->present.marks++;
		if (gfn >= vm->bitmap->gfns) {
			vm->present.outside++;
			WRITE_ONCE(vm->bitmap->header->outside,
				   vm->past.outside + vm->present.outside);
		} else if (colo_bitmap_mark(vm->bitmap, vm->epoch % 2, gfn)) {
			vm->present.dirty++;
		}
		raw_spin_unlock_irqrestore(&vm->mark_lock, flags);
	}
	rcu_read_unlock();
}

/* Slots that user space has made, without those that KVM makes for itself. */
static bool is_memory(const struct kvm_memory_slot *slot)
{
	return slot->id < KVM_USER_MEM_SLOTS;
}

u64 colo_dirty_end_of_memory(struct kvm *kvm)
{
	struct kvm_memory_slot *slot;
	int bucket, idx = srcu_read_lock(&kvm->srcu);
	u64 end = 0;

	kvm_for_each_memslot(slot, bucket, __kvm_memslots(kvm, 0))
		if (is_memory(slot))
			end = max_t(u64, end, slot->base_gfn + slot->npages);
	srcu_read_unlock(&kvm->srcu, idx);
	return end;
}

static u64 logged_pages(struct kvm *kvm)
{
	struct kvm_memory_slot *slot;
	int bucket, idx = srcu_read_lock(&kvm->srcu);
	u64 pages = 0;

	kvm_for_each_memslot(slot, bucket, __kvm_memslots(kvm, 0))
		if (is_memory(slot) && slot->flags & KVM_MEM_LOG_DIRTY_PAGES)
			pages += slot->npages;
	srcu_read_unlock(&kvm->srcu, idx);
	return pages;
}

static int vcpu_lock(struct kvm_vcpu *vcpu)
{
	int tries;

	for (tries = 0; tries < LOCK_TRIES; tries++) {
		if (mutex_trylock(&vcpu->mutex))
			return 0;
		if (READ_ONCE(vcpu->wants_to_run))
			return -EBUSY;
		usleep_range(LOCK_PAUSE_US, 2 * LOCK_PAUSE_US);
	}
	return -EBUSY;
}

static void vcpus_unlock(struct kvm *kvm, unsigned long count)
{
	while (count--)
		mutex_unlock(&kvm_get_vcpu(kvm, count)->mutex);
}

/*
 * KVM holds the mutex of a vCPU throughout KVM_RUN: with all of them here none is in it, and none
 * gets in. Returns how many were locked.
 */
static long vcpus_lock(struct kvm *kvm)
{
	struct kvm_vcpu *vcpu;
	unsigned long i, locked = 0;
	int err;

	kvm_for_each_vcpu(i, vcpu, kvm) {
		err = vcpu_lock(vcpu);
		if (err) {
			vcpus_unlock(kvm, locked);
			return err;
		}
		locked++;
	}
	return locked;
}

static void next_epoch(struct colo_vm *vm, struct ha_colo_rotate *out)
{
	unsigned long flags;

	/* Of the epoch before the one that ends; nothing has marked there since it ended. */
	colo_bitmap_clear(vm->bitmap, (vm->epoch + 1) % 2);
	raw_spin_lock_irqsave(&vm->mark_lock, flags);
	out->epoch = vm->epoch;
	out->dirty = vm->present.dirty;
	out->marks = vm->present.marks;
	out->outside = vm->present.outside;
	vm->past.marks += vm->present.marks;
	vm->past.outside += vm->present.outside;
	vm->present = (struct colo_marks){};
	vm->epoch++;
	vm->rotations++;
	raw_spin_unlock_irqrestore(&vm->mark_lock, flags);
	/* A reader that sees the new number sees a half that has been cleared. */
	smp_store_release(&vm->bitmap->header->epoch, vm->epoch);
}

/* Under vm->lock, with vm->kvm. */
long colo_dirty_rotate(struct colo_vm *vm, struct ha_colo_rotate *out)
{
	ktime_t start = ktime_get();
	long locked = vcpus_lock(vm->kvm);

	if (locked < 0)
		return locked;
	next_epoch(vm, out);
	out->logged = logged_pages(vm->kvm);
	vcpus_unlock(vm->kvm, locked);
	trace_ha_colo_rotate(vm->kvm->userspace_pid, out->epoch, out->dirty, out->marks,
			     out->outside, ktime_to_ns(ktime_sub(ktime_get(), start)));
	return 0;
}

void colo_dirty_stat(struct colo_vm *vm, struct ha_colo_stat *out)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&vm->mark_lock, flags);
	out->epoch = vm->epoch;
	out->gfns = vm->bitmap->gfns;
	out->marks = vm->past.marks + vm->present.marks;
	out->outside = vm->past.outside + vm->present.outside;
	out->rotations = vm->rotations;
	raw_spin_unlock_irqrestore(&vm->mark_lock, flags);
}
