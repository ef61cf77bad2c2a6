// SPDX-License-Identifier: GPL-2.0
/*
 * Where KVM meets the gate.
 *
 * A hook must not sleep. What has to wait is queued as task work to the vCPU's thread: KVM does
 * not enter the guest while TIF_NOTIFY_RESUME is set, and runs the work between two entries, with
 * nothing held but the vCPU's mutex (xfer_to_guest_mode_handle_work()). Work that is queued for a
 * running vCPU calls it out of the guest.
 *
 * A signal ends the wait, and KVM then leaves KVM_RUN. A request of KVM (interrupt, TLB flush)
 * concerns the vCPU alone and is dealt with before its next entry; KVM waits only for vCPUs that
 * are in guest mode.
 */

#include <linux/module.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "token.h"
#include "trace.h"

static void gate_put(struct colo_gate *gate)
{
	if (refcount_dec_and_test(&gate->ref))
		kvfree(gate);
}

/* Linux, and everything like it, has its kernel in the upper half of the addresses. */
static bool guest_in_kernel(struct kvm_vcpu *vcpu)
{
	return (long)kvm_get_linear_rip(vcpu) < 0;
}

static void gate_work(struct callback_head *head)
{
	struct colo_vcpu *v = container_of(head, struct colo_vcpu, work);
	struct colo_gate *gate = v->gate;
	struct kvm_vcpu *vcpu = kvm_get_running_vcpu();

	clear_bit(0, &v->queued);
	/* Whoever finds the bit set may rely on this work to see what it has written before. */
	smp_mb__after_atomic();
	/*
	 * Not so if the thread has left KVM_RUN meanwhile. A vCPU that still is halted comes by
	 * again when it wakes.
	 */
	if (vcpu && vcpu == v->vcpu && vcpu->arch.mp_state == KVM_MP_STATE_RUNNABLE)
		colo_token_pass(v, guest_in_kernel(vcpu));
	gate_put(gate);
	module_put(THIS_MODULE);
}

/* In any context; the thread has to be alive. */
void colo_vcpu_queue(struct colo_vcpu *v, struct task_struct *task)
{
	if (test_and_set_bit(0, &v->queued))
		return;
	__module_get(THIS_MODULE);
	refcount_inc(&v->gate->ref);
	init_task_work(&v->work, gate_work);
	if (!task_work_add(task, &v->work, TWA_RESUME))
		return;
	/* It is exiting and will run no guest. */
	clear_bit(0, &v->queued);
	refcount_dec(&v->gate->ref);
	module_put(THIS_MODULE);
}

/* The gate's vCPU if the gate is on; under rcu_read_lock(). */
static struct colo_vcpu *gated(const struct kvm_vcpu *vcpu)
{
	struct colo_vm *vm = colo_vm_find(vcpu->kvm);
	struct colo_gate *gate = vm ? rcu_dereference(vm->gate) : NULL;

	if (!gate || !READ_ONCE(gate->tokens) || vcpu->vcpu_idx >= gate->vcpu_count)
		return NULL;
	return &gate->vcpus[vcpu->vcpu_idx];
}

void colo_on_run(unsigned long arg, unsigned long unused1, unsigned long unused2)
{
	struct kvm_vcpu *vcpu = (struct kvm_vcpu *)arg;
	struct colo_vcpu *v;

	/* Pairs with the one in colo_gate_set(): this sees the limit, or that sees the run. */
	smp_mb();
	rcu_read_lock();
	v = gated(vcpu);
	if (v) {
		WRITE_ONCE(v->vcpu, vcpu);
		colo_vcpu_queue(v, current);
	}
	rcu_read_unlock();
}

void colo_on_put(unsigned long arg, unsigned long unused1, unsigned long unused2)
{
	struct colo_vcpu *v;

	rcu_read_lock();
	v = gated((struct kvm_vcpu *)arg);
	if (v)
		colo_token_return(v, &v->gate->stat.exits);
	rcu_read_unlock();
}

void colo_on_halt(unsigned long arg, unsigned long unused1, unsigned long unused2)
{
	struct colo_vcpu *v;

	rcu_read_lock();
	v = gated((struct kvm_vcpu *)arg);
	if (v)
		colo_token_return(v, &v->gate->stat.halts);
	rcu_read_unlock();
}

void colo_on_wake(unsigned long arg, unsigned long unused1, unsigned long unused2)
{
	struct colo_vcpu *v;

	rcu_read_lock();
	v = gated((struct kvm_vcpu *)arg);
	if (v && READ_ONCE(v->state) == COLO_OUT)
		colo_vcpu_queue(v, current);
	rcu_read_unlock();
}

/* It would spin its slice away: another one may be what it waits for. */
void colo_on_spin(unsigned long arg, unsigned long unused1, unsigned long unused2)
{
	struct colo_vcpu *v;

	rcu_read_lock();
	v = gated((struct kvm_vcpu *)arg);
	if (v && READ_ONCE(v->gate->waiting)) {
		colo_token_return(v, &v->gate->stat.spins);
		colo_vcpu_queue(v, current);
	}
	rcu_read_unlock();
}

static struct task_struct *thread_of(struct kvm_vcpu *vcpu)
{
	struct task_struct *task = NULL;
	struct pid *pid;

	rcu_read_lock();
	pid = rcu_dereference(vcpu->pid);
	if (pid)
		task = get_pid_task(pid, PIDTYPE_PID);
	rcu_read_unlock();
	return task;
}

/* Sends a vCPU that is in KVM_RUN through gate_work(). */
static void catch_vcpu(struct colo_gate *gate, struct kvm_vcpu *vcpu)
{
	struct colo_vcpu *v = &gate->vcpus[vcpu->vcpu_idx];
	struct task_struct *task;

	if (!READ_ONCE(vcpu->wants_to_run) || READ_ONCE(v->state) != COLO_OUT)
		return;
	task = thread_of(vcpu);
	if (!task)
		return;
	WRITE_ONCE(v->vcpu, vcpu);
	colo_vcpu_queue(v, task);
	/* Out of its sleep if it is halted: work that stays queued would keep the module. */
	kvm_make_request(KVM_REQ_UNBLOCK, vcpu);
	kvm_vcpu_kick(vcpu);
	put_task_struct(task);
}

/* For all vCPUs that the VM may get, as a hook cannot allocate for one that is plugged in. */
static struct colo_gate *gate_alloc(struct kvm *kvm)
{
	u32 count = min_t(u32, kvm->max_vcpus, HA_COLO_MAX_VCPUS);
	struct colo_gate *gate;

	gate = kvzalloc(struct_size(gate, vcpus, count), GFP_KERNEL_ACCOUNT);
	if (!gate)
		return NULL;
	refcount_set(&gate->ref, 1);
	gate->kvm = kvm;
	gate->vcpu_count = count;
	colo_tokens_init(gate);
	return gate;
}

static struct colo_gate *gate_of(struct colo_vm *vm)
{
	return rcu_dereference_protected(vm->gate, lockdep_is_held(&vm->lock));
}

/*
 * Under vm->lock, with vm->kvm. When it returns, the limit holds: every vCPU has been out of the
 * guest since the work was queued that stands between it and the next entry.
 */
long colo_gate_set(struct colo_vm *vm, const struct ha_colo_gate *args)
{
	struct colo_gate *gate = gate_of(vm);
	struct kvm_vcpu *vcpu;
	unsigned long i;

	if (atomic_read(&vm->kvm->online_vcpus) > HA_COLO_MAX_VCPUS)
		return -E2BIG;
	trace_ha_colo_gate(vm->kvm->userspace_pid, args->tokens, args->slice_us, args->bound_us);
	if (!args->tokens) {
		colo_gate_open(vm);
		return 0;
	}
	if (!gate) {
		gate = gate_alloc(vm->kvm);
		if (!gate)
			return -ENOMEM;
	}
	colo_tokens_limit(gate, args);
	rcu_assign_pointer(vm->gate, gate);
	smp_mb(); /* pairs with the one in colo_on_run() */
	kvm_for_each_vcpu(i, vcpu, vm->kvm)
		catch_vcpu(gate, vcpu);
	kvm_make_all_cpus_request(vm->kvm, KVM_REQ_OUTSIDE_GUEST_MODE);
	return 0;
}

/* Under vm->lock, or when nobody else knows the VM. */
void colo_gate_open(struct colo_vm *vm)
{
	struct colo_gate *gate = rcu_dereference_protected(vm->gate, true);

	if (gate)
		colo_tokens_off(gate);
}

/* No hook can find the VM any more; work may still be queued. */
void colo_gate_free(struct colo_vm *vm)
{
	struct colo_gate *gate = rcu_dereference_protected(vm->gate, true);

	if (gate)
		gate_put(gate);
}

/* Under vm->lock. */
void colo_gate_stat(struct colo_vm *vm, struct ha_colo_stat *out)
{
	struct colo_gate *gate = gate_of(vm);
	unsigned long flags;

	if (!gate)
		return;
	raw_spin_lock_irqsave(&gate->lock, flags);
	out->tokens = gate->tokens;
	out->held = gate->held;
	out->most_held = gate->most_held;
	out->waiting = gate->waiting;
	out->acquired = gate->stat.acquired;
	out->waits = gate->stat.waits;
	out->wait_ns = gate->stat.wait_ns;
	out->longest_wait_ns = gate->stat.longest_wait_ns;
	out->halts = gate->stat.halts;
	out->exits = gate->stat.exits;
	out->spins = gate->stat.spins;
	out->revocations = gate->stat.revocations;
	out->put_off = gate->stat.put_off;
	out->let_by = gate->stat.let_by;
	raw_spin_unlock_irqrestore(&gate->lock, flags);
}
