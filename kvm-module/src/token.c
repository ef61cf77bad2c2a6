// SPDX-License-Identifier: GPL-2.0
/*
 * The policy of the gate.
 *
 * Taking back: when a slice is over and another vCPU waits, the holder is called out of the guest.
 * If it was in user mode it gives up the token; in the guest's kernel it may hold a lock that the
 * others would spin on, so it is let go on and called again, until bound_us has passed. A vCPU that
 * halts needs no call: it has given up the token already.
 *
 * Giving: to the longest waiter, but within two slices a waiter that was stopped in the guest's
 * kernel goes first. So nobody waits longer than two slices and the turns of those before it.
 */

#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "token.h"
#include "trace.h"

#define OVERTAKE_SLICES 2
/*
 * Between two calls of a holder in the guest's kernel: each costs an exit of that vCPU. A share of
 * the bound, but no less than this.
 */
#define CALLS_IN_BOUND 8
#define CALL_AGAIN_NS (200 * NSEC_PER_USEC)
#define TIMER_PAUSE_NS (50 * NSEC_PER_USEC)

static void token_wake(struct colo_vcpu *v)
{
	/* Pairs with the state that the waiter sets under the lock, which is held here too. */
	wake_up_process(v->task);
}

static void token_drop(struct colo_gate *gate, struct colo_vcpu *v)
{
	list_del_init(&v->node);
	if (v->state == COLO_HELD)
		gate->held--;
	else
		gate->waiting--;
	WRITE_ONCE(v->state, COLO_OUT);
	v->revoked = false;
}

static void token_grant(struct colo_gate *gate, struct colo_vcpu *v, u64 now)
{
	list_move_tail(&v->node, &gate->holders);
	gate->waiting--;
	gate->held++;
	gate->most_held = max(gate->most_held, gate->held);
	gate->stat.acquired++;
	v->since = now;
	v->asked = 0;
	v->revoked = false;
	WRITE_ONCE(v->state, COLO_HELD);
	token_wake(v);
}

static struct colo_vcpu *next_waiter(struct colo_gate *gate, u64 now)
{
	struct colo_vcpu *v, *oldest;

	oldest = list_first_entry(&gate->waiters, struct colo_vcpu, node);
	if (now - oldest->asked >= OVERTAKE_SLICES * gate->slice_ns)
		return oldest;
	list_for_each_entry(v, &gate->waiters, node)
		if (v->in_kernel)
			return v;
	return oldest;
}

static u64 call_again_ns(const struct colo_gate *gate)
{
	return max_t(u64, gate->bound_ns / CALLS_IN_BOUND, CALL_AGAIN_NS);
}

/* When the timer has something to do; U64_MAX: never. Looks at those that call_holders() would. */
static u64 next_event(const struct colo_gate *gate)
{
	const struct colo_vcpu *v;
	u64 next = U64_MAX;
	u32 called = 0;

	list_for_each_entry(v, &gate->holders, node) {
		if (called == gate->waiting)
			break;
		called += v->revoked;
		next = min(next, v->since + (v->revoked ? call_again_ns(gate) : gate->slice_ns));
	}
	return next;
}

static void set_timer(struct colo_gate *gate)
{
	u64 next = next_event(gate);

	if (next == U64_MAX)
		return;
	/* Never at once again: the CPU that it fires on has other things to do as well. */
	next = max(next, ktime_get_ns() + TIMER_PAUSE_NS);
	if (!hrtimer_is_queued(&gate->timer) || next < hrtimer_get_expires_ns(&gate->timer))
		hrtimer_start(&gate->timer, ns_to_ktime(next), HRTIMER_MODE_ABS_HARD);
}

static void give(struct colo_gate *gate)
{
	u64 now = ktime_get_ns();

	while (gate->held < gate->tokens && gate->waiting)
		token_grant(gate, next_waiter(gate, now), now);
	set_timer(gate);
}

static void revoke(struct colo_gate *gate, struct colo_vcpu *v, u64 now, u64 bound_ns)
{
	v->revoked = true;
	v->put_off = false;
	v->since = now;
	v->due = now + bound_ns;
	colo_vcpu_queue(v, v->task);
}

/* Calls as many holders as there are waiters, longest holder first. */
static void call_holders(struct colo_gate *gate, u64 now)
{
	struct colo_vcpu *v;
	u32 called = 0;

	list_for_each_entry(v, &gate->holders, node) {
		if (called == gate->waiting)
			return;
		if (v->revoked && now >= v->since + call_again_ns(gate)) {
			v->since = now;
			colo_vcpu_queue(v, v->task);
		} else if (!v->revoked && now >= v->since + gate->slice_ns) {
			revoke(gate, v, now, gate->bound_ns);
		}
		called += v->revoked;
	}
}

static void open_gate(struct colo_gate *gate)
{
	struct colo_vcpu *v, *next;

	gate->tokens = 0;
	list_for_each_entry_safe(v, next, &gate->holders, node)
		token_drop(gate, v);
	list_for_each_entry_safe(v, next, &gate->waiters, node) {
		token_drop(gate, v);
		v->asked = 0;
		token_wake(v);
	}
}

static enum hrtimer_restart timer_fires(struct hrtimer *timer)
{
	struct colo_gate *gate = container_of(timer, struct colo_gate, timer);
	unsigned long flags;

	raw_spin_lock_irqsave(&gate->lock, flags);
	/* KVM has given the VM up; its vCPUs have to come out and say so. */
	if (gate->tokens && READ_ONCE(gate->kvm->vm_dead))
		open_gate(gate);
	call_holders(gate, ktime_get_ns());
	set_timer(gate);
	raw_spin_unlock_irqrestore(&gate->lock, flags);
	return HRTIMER_NORESTART;
}

void colo_tokens_init(struct colo_gate *gate)
{
	u32 i;

	raw_spin_lock_init(&gate->lock);
	INIT_LIST_HEAD(&gate->holders);
	INIT_LIST_HEAD(&gate->waiters);
	hrtimer_init(&gate->timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);
	gate->timer.function = timer_fires;
	for (i = 0; i < gate->vcpu_count; i++) {
		gate->vcpus[i].gate = gate;
		INIT_LIST_HEAD(&gate->vcpus[i].node);
	}
}

void colo_tokens_limit(struct colo_gate *gate, const struct ha_colo_gate *args)
{
	struct colo_vcpu *v;
	unsigned long flags;
	u64 now = ktime_get_ns();
	u32 excess;

	raw_spin_lock_irqsave(&gate->lock, flags);
	gate->tokens = args->tokens;
	gate->slice_ns = args->slice_us * NSEC_PER_USEC;
	gate->bound_ns = args->bound_us * NSEC_PER_USEC;
	/* One token too many is taken back wherever its holder is: the new limit holds at once. */
	excess = gate->held > gate->tokens ? gate->held - gate->tokens : 0;
	list_for_each_entry(v, &gate->holders, node) {
		if (!excess)
			break;
		excess--;
		revoke(gate, v, now, 0);
	}
	give(gate);
	gate->most_held = min(gate->held, gate->tokens);
	raw_spin_unlock_irqrestore(&gate->lock, flags);
}

/* Waits for the timer too, which nothing starts without a token. */
void colo_tokens_off(struct colo_gate *gate)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&gate->lock, flags);
	open_gate(gate);
	raw_spin_unlock_irqrestore(&gate->lock, flags);
	hrtimer_cancel(&gate->timer);
}

/* By the vCPU's own thread; counter is one of gate->stat. */
void colo_token_return(struct colo_vcpu *v, u64 *counter)
{
	struct colo_gate *gate = v->gate;
	unsigned long flags;

	if (READ_ONCE(v->state) != COLO_HELD)
		return;
	raw_spin_lock_irqsave(&gate->lock, flags);
	if (v->state == COLO_HELD) {
		token_drop(gate, v);
		(*counter)++;
		give(gate);
	}
	raw_spin_unlock_irqrestore(&gate->lock, flags);
}

/* What becomes of a token that its holder was called for. */
static void heed_call(struct colo_gate *gate, struct colo_vcpu *v)
{
	u64 now = ktime_get_ns();
	bool too_many = gate->held > gate->tokens;

	if (!v->revoked)
		return;
	if (!too_many && !gate->waiting) {
		/* Others have halted meanwhile: it keeps the token, for a new slice. */
		v->revoked = false;
		v->since = now;
		list_move_tail(&v->node, &gate->holders);
		return;
	}
	if (!too_many && v->in_kernel && now < v->due) {
		gate->stat.put_off += !v->put_off;
		v->put_off = true;
		set_timer(gate);
		return;
	}
	token_drop(gate, v);
	gate->stat.revocations++;
}

/* In the order of asked, which a vCPU keeps that had to leave for a signal. */
static void line_up(struct colo_gate *gate, struct colo_vcpu *v)
{
	struct colo_vcpu *before;

	v->task = current;
	if (!v->asked)
		v->asked = ktime_get_ns();
	WRITE_ONCE(v->state, COLO_WAITING);
	gate->waiting++;
	list_for_each_entry_reverse(before, &gate->waiters, node)
		if (before->asked <= v->asked)
			break;
	list_add(&v->node, &before->node);
}

/* Under the lock, which it gives up while it sleeps. */
static void wait_for_token(struct colo_gate *gate, struct colo_vcpu *v)
{
	u64 start = ktime_get_ns(), waited;

	gate->stat.waits++;
	for (;;) {
		/* Before the conditions are looked at: a wake-up after that is not lost. */
		set_current_state(TASK_INTERRUPTIBLE);
		if (v->state != COLO_WAITING || signal_pending(current))
			break;
		raw_spin_unlock_irq(&gate->lock);
		schedule();
		raw_spin_lock_irq(&gate->lock);
	}
	__set_current_state(TASK_RUNNING);
	waited = ktime_get_ns() - start;
	gate->stat.wait_ns += waited;
	gate->stat.longest_wait_ns = max(gate->stat.longest_wait_ns, waited);
	/* KVM sees the signal and leaves KVM_RUN: no entry follows. */
	if (v->state == COLO_WAITING) {
		token_drop(gate, v);
		gate->stat.let_by++;
	}
	trace_ha_colo_wait(v - gate->vcpus, waited, v->state == COLO_HELD);
}

/* Between an exit and an entry, in the vCPU's own thread, which may sleep here. */
void colo_token_pass(struct colo_vcpu *v, bool in_kernel)
{
	struct colo_gate *gate = v->gate;

	raw_spin_lock_irq(&gate->lock);
	v->in_kernel = in_kernel;
	if (v->state == COLO_HELD)
		heed_call(gate, v);
	if (v->state == COLO_OUT && gate->tokens) {
		line_up(gate, v);
		give(gate);
		if (v->state == COLO_WAITING)
			wait_for_token(gate, v);
	}
	raw_spin_unlock_irq(&gate->lock);
}
