// SPDX-License-Identifier: GPL-2.0
/*
 * The gate under a mixed load, judged by ha_colo_check at KVM's entry tracepoint:
 *   gate SECONDS
 * for each number of tokens.
 */
#include "vmm.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VCPUS 4
#define SLICE_US 4000
#define BOUND_US 8000
#define CHECKER "/sys/module/ha_colo_check/parameters/"

static void checker_set(const char *name, long value)
{
	char path[128], text[32];
	int fd, length = snprintf(text, sizeof(text), "%ld", value);

	snprintf(path, sizeof(path), CHECKER "%s", name);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, text, length) != length)
		die(path);
	close(fd);
}

static long checker_get(const char *name)
{
	char path[128], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), CHECKER "%s", name);
	fd = open(path, O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		die(path);
	close(fd);
	return atol(text);
}

static void load_mixed(struct vm *vm)
{
	vcpu_load(&vm->vcpus[0], PROGRAM_SPIN, 0, 0);
	vcpu_load(&vm->vcpus[1], PROGRAM_SPIN_KERNEL, 0, 0);
	vcpu_load(&vm->vcpus[2], PROGRAM_HALT, 2000, 1000000);
	vcpu_load(&vm->vcpus[3], PROGRAM_HALT, 200000, 3000000);
}

static void start_all(struct vm *vm)
{
	int i;

	for (i = 0; i < vm->vcpu_count; i++)
		vcpu_start(&vm->vcpus[i]);
}

static void counters(const struct vm *vm, uint64_t *out)
{
	int i;

	for (i = 0; i < vm->vcpu_count; i++)
		out[i] = vcpu_counter(&vm->vcpus[i]);
}

static void limited(struct vm *vm, int colo, unsigned int tokens, int seconds)
{
	uint64_t before[VCPUS], after[VCPUS];
	struct ha_colo_stat s;
	int i, moved = 0, err;

	checker_set("limit", MAX_VCPUS);
	err = colo_gate(colo, tokens, SLICE_US, BOUND_US);
	if (err) {
		fail("gate: %s", strerror(-err));
		return;
	}
	/* The limit holds from the return of the call. */
	checker_set("limit", tokens);
	checker_set("pid", getpid());
	counters(vm, before);
	sleep_ms(seconds * 1000);
	counters(vm, after);
	colo_stat(colo, &s);
	for (i = 0; i < VCPUS; i++)
		moved += after[i] != before[i];
	check(!checker_get("violations") && checker_get("most") <= (long)tokens &&
		      checker_get("entries") > 10,
	      "%u tokens: %ld entries in %d s, most in guest mode %ld, without a token %ld", tokens,
	      checker_get("entries"), seconds, checker_get("most"), checker_get("violations"));
	check(moved == VCPUS, "%u tokens: %d of %d vCPUs moved", tokens, moved, VCPUS);
	check(s.tokens == tokens && s.most_held <= tokens && s.held <= tokens,
	      "%u tokens: held %u, most %u, waiting %u", tokens, s.held, s.most_held, s.waiting);
	measured("gate tokens=%u acquired=%llu waits=%llu mean_wait_us=%llu longest_wait_us=%llu "
		 "halts=%llu exits=%llu revocations=%llu put_off=%llu let_by=%llu",
		 tokens, s.acquired, s.waits, s.waits ? s.wait_ns / s.waits / 1000 : 0,
		 s.longest_wait_ns / 1000, s.halts, s.exits, s.revocations, s.put_off, s.let_by);
}

static void signalled(struct vm *vm, int colo)
{
	uint64_t longest = 0, start, took;
	int round;

	colo_gate(colo, 1, SLICE_US, BOUND_US);
	for (round = 0; round < 10; round++) {
		start = now_ns();
		vm_stop(vm);
		took = now_ns() - start;
		longest = took > longest ? took : longest;
		start_all(vm);
	}
	check(longest < 2000000000, "all vCPUs leave KVM_RUN for a signal, at most %llu us",
	      (unsigned long long)longest / 1000);
}

static bool all_move(struct vm *vm, uint64_t within_ns)
{
	uint64_t before[VCPUS], after[VCPUS], start = now_ns();
	int i, moved;

	counters(vm, before);
	do {
		sleep_ms(1);
		counters(vm, after);
		for (i = 0, moved = 0; i < VCPUS; i++)
			moved += after[i] != before[i];
	} while (moved < VCPUS && now_ns() - start < within_ns);
	return moved == VCPUS;
}

/* Long slices: whoever moves before they end does so because the gate is open. */
static void opened(struct vm *vm, int colo)
{
	struct ha_colo_stat s;

	colo_gate(colo, 1, HA_COLO_MAX_SLICE_US, 0);
	check(!colo_gate(colo, 0, 0, 0), "the gate is switched off");
	colo_stat(colo, &s);
	check(!s.tokens && !s.held && !s.waiting, "nobody holds or waits");
	check(all_move(vm, 700000000), "all vCPUs move at once");
}

static void starving(void)
{
	struct ha_colo_attach attach;
	struct ha_colo_stat s;
	struct vm vm;
	int colo = colo_open(), i;
	/* Two slices of precedence, and a turn of each of the others with its bound; times two. */
	const uint64_t bound_ns = 2ULL * (2 * SLICE_US + (VCPUS - 1) * (SLICE_US + BOUND_US)) * 1000;

	vm_make(&vm, 64 << 20, VCPUS, false);
	if (colo_attach(colo, vm.fd, 0, &attach))
		die("attach");
	for (i = 0; i < VCPUS; i++)
		vcpu_load(&vm.vcpus[i], i ? PROGRAM_SPIN_KERNEL : PROGRAM_SPIN, 0, 0);
	start_all(&vm);
	colo_gate(colo, 1, SLICE_US, BOUND_US);
	sleep_ms(2000);
	colo_stat(colo, &s);
	/* The host itself may be late, under emulation more so: that is measured, not judged. */
	check(s.revocations > 10 && s.put_off > 0 && s.longest_wait_ns < bound_ns + 500000000,
	      "no vCPU starves: longest wait %llu us, computed bound %llu us", s.longest_wait_ns / 1000,
	      (unsigned long long)bound_ns / 1000);
	measured("starving revocations=%llu put_off=%llu longest_wait_us=%llu", s.revocations,
		 s.put_off, s.longest_wait_ns / 1000);
	close(colo);
	check(all_move(&vm, 700000000), "closing the descriptor opens the gate");
	vm_free(&vm);
}

int main(int argc, char **argv)
{
	int seconds = argc > 1 ? atoi(argv[1]) : 5;
	struct ha_colo_attach attach;
	struct vm vm;
	int colo = colo_open();
	unsigned int tokens;

	vm_make(&vm, 64 << 20, VCPUS, false);
	if (colo_attach(colo, vm.fd, 0, &attach))
		die("attach");
	load_mixed(&vm);
	start_all(&vm);
	for (tokens = 1; tokens < VCPUS; tokens++)
		limited(&vm, colo, tokens, seconds);
	limited(&vm, colo, 1, 1);
	signalled(&vm, colo);
	opened(&vm, colo);
	close(colo);
	vm_free(&vm);
	starving();
	return failures();
}
