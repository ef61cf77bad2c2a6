// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks at the entry of KVM's functions, by ftrace.
 *
 * ftrace and not kprobes: a kprobe that is hit while another one is handled on the same CPU is
 * dropped, and all kprobes can be switched off through debugfs. A lost mark would make a written
 * page look clean. PERMANENT keeps sysctl kernel.ftrace_enabled from switching the hooks off;
 * RECURSION makes ftrace call the handler with preemption off. All functions are in kvm.ko, which
 * cannot go while this module uses its symbols.
 */

#include <linux/ftrace.h>
#include <linux/string.h>

#include "colo.h"

typedef void (*colo_handler)(unsigned long a, unsigned long b, unsigned long c);

struct colo_hook {
	struct ftrace_ops ops;
	const char *name;
	colo_handler handler;
	u32 feature;
};

static void colo_hook_hit(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			  struct ftrace_regs *fregs)
{
	struct colo_hook *hook = container_of(ops, struct colo_hook, ops);
	struct pt_regs *regs = ftrace_get_regs(fregs);

	hook->handler(regs_get_kernel_argument(regs, 0), regs_get_kernel_argument(regs, 1),
		      regs_get_kernel_argument(regs, 2));
}

#define COLO_HOOK(function, on, needed_for)                                                        \
	{                                                                                          \
		.ops = {                                                                           \
			.func = colo_hook_hit,                                                     \
			.flags = FTRACE_OPS_FL_SAVE_REGS | FTRACE_OPS_FL_RECURSION |               \
				 FTRACE_OPS_FL_PERMANENT,                                          \
		},                                                                                 \
		.name = function, .handler = on, .feature = needed_for,                            \
	}

static struct colo_hook colo_hooks[] = {
	/* Every mark of KVM, with or without a vCPU. */
	COLO_HOOK("mark_page_dirty_in_slot", colo_on_mark, HA_COLO_FEATURE_DIRTY),
	/* KVM_RUN begins and ends; other vCPU calls end there too, but they hold no token. */
	COLO_HOOK("kvm_arch_vcpu_ioctl_run", colo_on_run, HA_COLO_FEATURE_GATE),
	COLO_HOOK("vcpu_put", colo_on_put, HA_COLO_FEATURE_GATE),
	/* A halted vCPU polls in the one, or sleeps in the other straight away. */
	COLO_HOOK("kvm_vcpu_halt", colo_on_halt, HA_COLO_FEATURE_GATE),
	COLO_HOOK("kvm_vcpu_block", colo_on_halt, HA_COLO_FEATURE_GATE),
	/* KVM looks at INIT and SIPI after each sleep, before the vCPU can run. */
	COLO_HOOK("kvm_apic_accept_events", colo_on_wake, HA_COLO_FEATURE_GATE),
	COLO_HOOK("kvm_vcpu_on_spin", colo_on_spin, HA_COLO_FEATURE_GATE),
};

static u32 colo_features;

u32 colo_hooks_features(void)
{
	return colo_features;
}

static int colo_hook_register(struct colo_hook *hook)
{
	int err = ftrace_set_filter(&hook->ops, (unsigned char *)hook->name, strlen(hook->name), 1);

	if (err)
		return err;
	err = register_ftrace_function(&hook->ops);
	if (err)
		ftrace_free_filter(&hook->ops);
	return err;
}

static void colo_hooks_unregister_of(u32 features)
{
	int i;

	for (i = ARRAY_SIZE(colo_hooks) - 1; i >= 0; i--) {
		struct colo_hook *hook = &colo_hooks[i];

		if (!(hook->feature & features) || !(hook->ops.flags & FTRACE_OPS_FL_ENABLED))
			continue;
		/* Waits until no CPU is in the handler any more. */
		unregister_ftrace_function(&hook->ops);
		ftrace_free_filter(&hook->ops);
	}
}

/* A kernel without one of the functions gets the module without what rests on it. */
int colo_hooks_register(void)
{
	u32 features = HA_COLO_FEATURE_DIRTY | HA_COLO_FEATURE_GATE;
	int i, err, first = 0;

	for (i = 0; i < ARRAY_SIZE(colo_hooks); i++) {
		struct colo_hook *hook = &colo_hooks[i];

		if (!(features & hook->feature))
			continue;
		err = colo_hook_register(hook);
		if (!err)
			continue;
		pr_warn("ha_colo: no hook on %s: %d\n", hook->name, err);
		first = first ?: err;
		features &= ~hook->feature;
		colo_hooks_unregister_of(hook->feature);
	}
	colo_features = features;
	return features ? 0 : first;
}

void colo_hooks_unregister(void)
{
	colo_hooks_unregister_of(colo_features);
}
