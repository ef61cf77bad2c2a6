// SPDX-License-Identifier: GPL-2.0
/*
 * The VMs that are attached: one struct colo_vm for each descriptor.
 *
 * A VM is referenced, so that it cannot be freed under a hook or a call. That alone would keep a
 * dead VM, and KVM, for as long as the agent keeps its descriptor, so an MMU notifier tells when
 * the address space of the VM's process goes; the VM is let go of then. Guest memory belongs to
 * the process and is never kept by the reference.
 */

#include <linux/file.h>
#include <linux/hashtable.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "colo.h"
#include "trace.h"

static DEFINE_MUTEX(table_lock);
static DEFINE_HASHTABLE(table, 8);

/* Under rcu_read_lock(). */
struct colo_vm *colo_vm_find(const struct kvm *kvm)
{
	struct colo_vm *vm;

	hash_for_each_possible_rcu(table, vm, node, (unsigned long)kvm)
		if (READ_ONCE(vm->kvm) == kvm)
			return vm;
	return NULL;
}

static int table_add(struct colo_vm *vm)
{
	int err = 0;

	mutex_lock(&table_lock);
	rcu_read_lock();
	if (colo_vm_find(vm->kvm))
		err = -EEXIST;
	rcu_read_unlock();
	if (!err)
		hash_add_rcu(table, &vm->node, (unsigned long)vm->kvm);
	mutex_unlock(&table_lock);
	return err;
}

static void table_remove(struct colo_vm *vm)
{
	mutex_lock(&table_lock);
	hash_del_rcu(&vm->node);
	mutex_unlock(&table_lock);
}

/* One reference is ours. */
static bool kvm_in_use(struct kvm *kvm)
{
	return !kvm->vm_dead && refcount_read(&kvm->users_count) > 1 &&
	       atomic_read(&kvm->mm->mm_users);
}

/* Under vm->lock. */
bool colo_vm_alive(const struct colo_vm *vm)
{
	return vm->kvm && kvm_in_use(vm->kvm);
}

/* Under vm->lock or when nobody else knows the VM. */
static void vm_let_go(struct colo_vm *vm, bool gone)
{
	struct kvm *kvm = vm->kvm;

	if (!kvm)
		return;
	table_remove(vm);
	colo_gate_open(vm);
	/* Hooks that found the VM before are over. */
	synchronize_rcu();
	trace_ha_colo_detach(kvm->userspace_pid, gone);
	WRITE_ONCE(vm->kvm, NULL);
	kvm_put_kvm(kvm);
}

static void vm_gone(struct work_struct *work)
{
	struct colo_vm *vm = container_of(work, struct colo_vm, gone);

	mutex_lock(&vm->lock);
	vm_let_go(vm, true);
	mutex_unlock(&vm->lock);
}

/* The last put of a VM ends a notifier of its own, which must not happen inside of one. */
static void vm_mm_release(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	schedule_work(&container_of(notifier, struct colo_vm, notifier)->gone);
}

static const struct mmu_notifier_ops vm_notifier_ops = {
	.release = vm_mm_release,
};

static int vm_watch_process(struct colo_vm *vm)
{
	struct mm_struct *mm = vm->kvm->mm;
	int err;

	if (!mmget_not_zero(mm))
		return -ENODEV;
	vm->notifier.ops = &vm_notifier_ops;
	err = mmu_notifier_register(&vm->notifier, mm);
	mmput(mm);
	if (err)
		return err;
	vm->mm = mm;
	vm->has_notifier = true;
	return 0;
}

/* The VM behind a descriptor of the caller, with a reference. */
static struct kvm *kvm_of_fd(int fd)
{
	struct file *file = fget(fd);
	struct kvm *kvm;

	if (!file)
		return ERR_PTR(-EBADF);
	if (!file_is_kvm(file)) {
		fput(file);
		return ERR_PTR(-EINVAL);
	}
	kvm = file->private_data;
	kvm_get_kvm(kvm);
	fput(file);
	return kvm;
}

static struct colo_vm *vm_alloc(struct kvm *kvm)
{
	struct colo_vm *vm = kzalloc(sizeof(*vm), GFP_KERNEL_ACCOUNT);

	if (!vm) {
		kvm_put_kvm(kvm);
		return ERR_PTR(-ENOMEM);
	}
	mutex_init(&vm->lock);
	INIT_HLIST_NODE(&vm->node);
	INIT_WORK(&vm->gone, vm_gone);
	vm->kvm = kvm;
	return vm;
}

/* Nobody else knows the VM any more but the notifier. */
void colo_vm_detach(struct colo_vm *vm)
{
	if (vm->has_notifier) {
		mmu_notifier_unregister(&vm->notifier, vm->mm);
		cancel_work_sync(&vm->gone);
	}
	vm_let_go(vm, false);
	colo_gate_free(vm);
	if (!IS_ERR_OR_NULL(vm->bitmap))
		colo_bitmap_put(vm->bitmap);
	kfree(vm);
}

struct colo_vm *colo_vm_attach(struct ha_colo_attach *args)
{
	struct kvm *kvm = kvm_of_fd(args->vm_fd);
	struct colo_vm *vm;
	u64 gfns = args->gfns;
	int err;

	if (IS_ERR(kvm))
		return ERR_CAST(kvm);
	vm = vm_alloc(kvm);
	if (IS_ERR(vm))
		return vm;
	if (!gfns)
		gfns = clamp_t(u64, colo_dirty_end_of_memory(kvm), 1, HA_COLO_MAX_GFNS);
	err = kvm_in_use(kvm) ? 0 : -ENODEV;
	if (err)
		goto fail;
	vm->bitmap = colo_bitmap_alloc(gfns);
	err = PTR_ERR_OR_ZERO(vm->bitmap);
	if (err)
		goto fail;
	err = vm_watch_process(vm);
	if (err)
		goto fail;
	colo_dirty_init(vm);
	/* From here on hooks find it. */
	mutex_lock(&vm->lock);
	err = vm->kvm ? table_add(vm) : -ENODEV;
	if (!err)
		trace_ha_colo_attach(kvm->userspace_pid, gfns, vm->bitmap->bytes);
	mutex_unlock(&vm->lock);
	if (err)
		goto fail;
	args->gfns = gfns;
	return vm;
fail:
	colo_vm_detach(vm);
	return ERR_PTR(err);
}
