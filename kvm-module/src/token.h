/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Run tokens of one VM: who holds one, who waits, whose is taken back.
 *
 *            ask               give                      halt, exit, spin, revocation
 *   OUT ------------> WAITING ------> HELD ------------------------------------------> OUT
 *            WAITING ---> OUT: a signal, or the gate opens
 */
#ifndef _COLO_TOKEN_H
#define _COLO_TOKEN_H

#include "colo.h"

enum colo_token { COLO_OUT, COLO_WAITING, COLO_HELD };

struct colo_vcpu {
	struct callback_head work; /* queued to the vCPU's thread if bit 0 of queued is set */
	unsigned long queued;
	struct colo_gate *gate;
	const struct kvm_vcpu *vcpu; /* compared; alive only while it is the running one */

	/* Under gate->lock; state is also peeked at without it by the vCPU's own thread. */
	enum colo_token state;
	struct list_head node; /* in waiters or holders */
	struct task_struct *task; /* valid while WAITING or HELD: the thread is inside KVM_RUN */
	u64 asked; /* ns: since when it wants a token, across signals; 0: it does not */
	u64 since; /* ns: holds the token since; or was last asked to give it back */
	u64 due; /* ns: a revocation is put off no longer than that */
	bool revoked;
	bool put_off;
	bool in_kernel; /* of the guest, when it last came by */
};

struct colo_gate {
	refcount_t ref; /* of the VM, and of each queued work */
	struct kvm *kvm; /* kept by the VM until the gate is open for good */

	raw_spinlock_t lock; /* all below */
	u32 tokens;
	u32 held;
	u32 most_held;
	u32 waiting;
	u64 slice_ns;
	u64 bound_ns;
	struct list_head holders; /* longest holder first */
	struct list_head waiters; /* longest waiter first */
	struct hrtimer timer; /* runs while someone waits */
	struct ha_colo_stat stat; /* the counters from acquired on */

	u32 vcpu_count;
	struct colo_vcpu vcpus[];
};

void colo_tokens_init(struct colo_gate *gate);
void colo_tokens_limit(struct colo_gate *gate, const struct ha_colo_gate *args);
void colo_tokens_off(struct colo_gate *gate);
void colo_token_return(struct colo_vcpu *v, u64 *counter);
void colo_token_pass(struct colo_vcpu *v, bool in_kernel);

/* gate.c */
void colo_vcpu_queue(struct colo_vcpu *v, struct task_struct *task);

#endif /* _COLO_TOKEN_H */
