// SPDX-License-Identifier: GPL-2.0
/*
 * What a first write costs with the module's hook, and what a rotation costs:
 *   cost hook NAME         first writes; the same guest without and with an attach
 *   cost rotate GIB        sparse guest of that size
 */
#include "vmm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WRITES 5000
#define ROUNDS 5

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void sort(uint64_t *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
}

/* ns for each of WRITES first writes, each to a page of its own. */
static uint64_t first_writes(struct vm *vm, uint64_t *bits)
{
	static uint64_t gfns[WRITES];
	uint64_t start, i;

	for (i = 0; i < WRITES; i++)
		gfns[i] = FIRST_FREE_GFN + i;
	vm_log(vm, 0, vm->bytes, bits);
	vcpu_write_pages(&vm->vcpus[0], gfns, WRITES);
	start = now_ns();
	if (vcpu_run(&vm->vcpus[0]) != KVM_EXIT_IO)
		fail("the guest stopped");
	return (now_ns() - start) / WRITES;
}

static void hook(const char *name, bool attached)
{
	const uint64_t bytes = 256 << 20;
	uint64_t *bits = malloc(bytes / PAGE / 8), ns[ROUNDS];
	struct ha_colo_attach attach;
	struct ha_colo_rotate rotate;
	struct vm vm;
	int colo = -1, i;

	vm_make(&vm, bytes, 1, false);
	vm_set_slot(&vm, 0, 0, vm.memory, bytes, true);
	if (attached) {
		colo = colo_open();
		if (colo_attach(colo, vm.fd, 0, &attach))
			die("attach");
	}
	first_writes(&vm, bits); /* the host's pages */
	for (i = 0; i < ROUNDS; i++) {
		ns[i] = first_writes(&vm, bits);
		if (attached && colo_rotate(colo, &rotate))
			fail("rotate");
	}
	sort(ns, ROUNDS);
	measured("first_write %s median_ns=%llu min_ns=%llu rounds=%d writes=%d", name,
		 (unsigned long long)ns[ROUNDS / 2], (unsigned long long)ns[0], ROUNDS, WRITES);
	vm_free(&vm);
	free(bits);
	if (attached)
		close(colo);
}

/* Pages all over the guest: each bit of the bitmap lies in another page of it, if there are enough. */
static void spread(struct vm *vm, uint64_t count)
{
	static uint64_t gfns[WRITES];
	uint64_t i, pages = vm->bytes / PAGE - FIRST_FREE_GFN;

	for (i = 0; i < count; i++)
		gfns[i] = FIRST_FREE_GFN + i * (pages / count);
	vcpu_write_pages(&vm->vcpus[0], gfns, count);
	if (vcpu_run(&vm->vcpus[0]) != KVM_EXIT_IO)
		fail("the guest stopped");
}

static void rotate(int gib, uint64_t count)
{
	const uint64_t bytes = (uint64_t)gib << 30;
	uint64_t *bits = malloc(bytes / PAGE / 8), ns[ROUNDS + 2];
	struct ha_colo_attach attach;
	struct ha_colo_rotate r;
	struct vm vm;
	int colo = colo_open(), i;

	vm_make(&vm, bytes, 1, false);
	vm_set_slot(&vm, 0, 0, vm.memory, bytes, true);
	if (colo_attach(colo, vm.fd, 0, &attach))
		die("attach");
	for (i = 0; i < ROUNDS + 2; i++) {
		uint64_t start;

		vm_log(&vm, 0, bytes, bits);
		spread(&vm, count);
		start = now_ns();
		if (colo_rotate(colo, &r) || r.dirty < count)
			fail("rotation: %llu dirty", r.dirty);
		ns[i] = now_ns() - start;
	}
	/* The first two had no half to clear. */
	sort(ns + 2, ROUNDS);
	measured("rotate gib=%d dirty=%llu median_ns=%llu max_ns=%llu rounds=%d", gib, (unsigned long long)count,
		 (unsigned long long)ns[2 + ROUNDS / 2], (unsigned long long)ns[ROUNDS + 1], ROUNDS);
	check(gib > 16 || ns[2 + ROUNDS / 2] <= 1000000, "rotation of %d GiB with %llu dirty pages: %llu us",
	      gib, (unsigned long long)count, (unsigned long long)ns[2 + ROUNDS / 2] / 1000);
	close(colo);
	vm_free(&vm);
	free(bits);
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "hook")) {
		hook(argv[2], !strcmp(argv[2], "attached"));
	} else if (argc == 3 && !strcmp(argv[1], "rotate")) {
		rotate(atoi(argv[2]), 1);
		rotate(atoi(argv[2]), 1000);
		/* More would take minutes in a large guest: each page is made on its first write. */
		if (atoi(argv[2]) <= 16)
			rotate(atoi(argv[2]), WRITES);
	} else {
		fprintf(stderr, "usage: cost hook NAME | cost rotate GIB\n");
		return 2;
	}
	return failures();
}
