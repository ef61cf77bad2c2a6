// SPDX-License-Identifier: GPL-2.0
/*
 * Only for the tests: counts the vCPUs of one VM that are in guest mode, from KVM's own tracepoints
 * of entry and exit, so without asking ha_colo. Parameters:
 *   pid     the VM's process; writing it starts the count anew
 *   limit   how many are allowed
 *   entries, violations, most   what was seen
 */

#include <linux/bitmap.h>
#include <linux/kvm_host.h>
#include <linux/module.h>
#include <linux/tracepoint.h>

#define VCPUS 1024

extern struct tracepoint __tracepoint_kvm_entry, __tracepoint_kvm_exit;

static DEFINE_RAW_SPINLOCK(lock);
static DECLARE_BITMAP(inside, VCPUS);
static int pid, most;
static unsigned int limit = VCPUS;
static unsigned long entries, violations;

static int set_pid(const char *text, const struct kernel_param *param)
{
	unsigned long flags;
	int value, err = kstrtoint(text, 0, &value);

	if (err)
		return err;
	raw_spin_lock_irqsave(&lock, flags);
	pid = value;
	bitmap_zero(inside, VCPUS);
	most = 0;
	entries = 0;
	violations = 0;
	raw_spin_unlock_irqrestore(&lock, flags);
	return 0;
}

static const struct kernel_param_ops pid_ops = { .set = set_pid, .get = param_get_int };
module_param_cb(pid, &pid_ops, &pid, 0600);
module_param(limit, uint, 0600);
module_param(entries, ulong, 0400);
module_param(violations, ulong, 0400);
module_param(most, int, 0400);

static void on_entry(void *unused, struct kvm_vcpu *vcpu)
{
	unsigned long flags;
	int now;

	if (vcpu->kvm->userspace_pid != READ_ONCE(pid) || vcpu->vcpu_idx >= VCPUS)
		return;
	raw_spin_lock_irqsave(&lock, flags);
	__set_bit(vcpu->vcpu_idx, inside);
	now = bitmap_weight(inside, VCPUS);
	most = max(most, now);
	entries++;
	violations += now > limit;
	raw_spin_unlock_irqrestore(&lock, flags);
}

/* A vCPU that was inside before the count began is only missed once. */
static void on_exit(void *unused, struct kvm_vcpu *vcpu)
{
	unsigned long flags;

	if (vcpu->kvm->userspace_pid != READ_ONCE(pid) || vcpu->vcpu_idx >= VCPUS)
		return;
	raw_spin_lock_irqsave(&lock, flags);
	__clear_bit(vcpu->vcpu_idx, inside);
	raw_spin_unlock_irqrestore(&lock, flags);
}

static int __init check_init(void)
{
	int err = tracepoint_probe_register(&__tracepoint_kvm_exit, on_exit, NULL);

	if (err)
		return err;
	err = tracepoint_probe_register(&__tracepoint_kvm_entry, on_entry, NULL);
	if (err)
		tracepoint_probe_unregister(&__tracepoint_kvm_exit, on_exit, NULL);
	return err;
}

static void __exit check_exit(void)
{
	tracepoint_probe_unregister(&__tracepoint_kvm_entry, on_entry, NULL);
	tracepoint_probe_unregister(&__tracepoint_kvm_exit, on_exit, NULL);
	tracepoint_synchronize_unregister();
}

module_init(check_init);
module_exit(check_exit);

MODULE_DESCRIPTION("Counts vCPUs in guest mode, for the tests of ha_colo");
MODULE_LICENSE("GPL");
