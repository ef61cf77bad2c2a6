// SPDX-License-Identifier: GPL-2.0
/*
 * Written pages, the module's bitmap and KVM's own log, epoch by epoch:
 *   dirty PATTERNS
 * Both are emptied at the same paused moments, so the bitmap must hold all that was written, and
 * nothing that KVM's log does not.
 */
#include "vmm.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define GUEST_BYTES (256ULL << 20)
#define GFNS (GUEST_BYTES / PAGE)
#define MOST_WRITES 2000
#define VCPUS 3

static uint64_t written[GFNS / 64], logged[GFNS / 64];

struct totals {
	unsigned long long patterns, written, seen, bitmap, kvm, lost, beyond_log, miscounted;
};

static void run_all(struct vm *vm)
{
	int i;

	for (i = 0; i < vm->vcpu_count; i++)
		vcpu_start(&vm->vcpus[i]);
	for (i = 0; i < vm->vcpu_count; i++) {
		pthread_join(vm->vcpus[i].thread, NULL);
		vm->vcpus[i].running = false;
		if (vm->vcpus[i].last_errno || vm->vcpus[i].run->exit_reason != KVM_EXIT_IO)
			fail("the guest stopped with exit %u, errno %d",
			     vm->vcpus[i].run->exit_reason, vm->vcpus[i].last_errno);
	}
}

/* Single pages, runs of pages, and few or many of them; lists of the vCPUs may overlap. */
static size_t random_pattern(uint64_t *gfns)
{
	size_t count = 1 + random_below(random_below(4) ? 60 : MOST_WRITES), i = 0;
	uint64_t gfn = 0, run = 0;

	while (i < count) {
		if (!run--) {
			gfn = FIRST_FREE_GFN + random_below(GFNS - FIRST_FREE_GFN);
			run = random_below(3) ? 0 : random_below(200);
		}
		if (gfn >= GFNS)
			gfn = FIRST_FREE_GFN;
		written[gfn / 64] |= 1ULL << gfn % 64;
		gfns[i++] = gfn++;
	}
	return count;
}

static void count_epoch(struct totals *t, const uint64_t *half, const struct ha_colo_rotate *r)
{
	uint64_t i, dirty = 0;

	for (i = 0; i < GFNS / 64; i++) {
		t->written += __builtin_popcountll(written[i]);
		t->seen += __builtin_popcountll(written[i] & half[i]);
		t->lost += __builtin_popcountll(written[i] & ~half[i]);
		t->beyond_log += __builtin_popcountll(half[i] & ~logged[i]);
		t->kvm += __builtin_popcountll(logged[i]);
		dirty += __builtin_popcountll(half[i]);
	}
	t->bitmap += dirty;
	t->miscounted += dirty != r->dirty || r->outside;
	t->patterns++;
}

static void epoch(struct vm *vm, int colo, const struct ha_colo_header *map, struct totals *t)
{
	static uint64_t gfns[MOST_WRITES];
	struct ha_colo_rotate r;
	int i, err;

	memset(written, 0, sizeof(written));
	for (i = 0; i < vm->vcpu_count; i++)
		vcpu_write_pages(&vm->vcpus[i], gfns, random_pattern(gfns));
	run_all(vm);
	vm_log(vm, 0, GUEST_BYTES, logged);
	err = colo_rotate(colo, &r);
	if (err) {
		fail("rotate: %s", strerror(-err));
		return;
	}
	if (map->epoch != r.epoch + 1)
		fail("header has epoch %llu after the end of %llu", map->epoch, r.epoch);
	count_epoch(t, colo_half(map, r.epoch), &r);
}

static void patterns(int count, int vcpus, bool huge)
{
	struct ha_colo_attach attach;
	struct totals t = {};
	struct ha_colo_rotate r;
	struct ha_colo_stat stat;
	const struct ha_colo_header *map;
	struct vm vm;
	int colo = colo_open(), i;

	vm_make(&vm, GUEST_BYTES, vcpus, huge);
	if (huge)
		memset(vm.memory + (FIRST_FREE_GFN << 12), 1, GUEST_BYTES - (FIRST_FREE_GFN << 12));
	if (colo_attach(colo, vm.fd, 0, &attach))
		die("attach");
	map = colo_map(colo, &attach);
	check(map->magic == HA_COLO_MAGIC && map->abi == HA_COLO_ABI && map->epoch == 1 &&
		      map->gfns == GFNS && attach.gfns == GFNS,
	      "header of a new VM");
	/* Mapped large before the log is on, where pages are huge. */
	for (i = 0; i < vcpus; i++)
		vcpu_write_pages(&vm.vcpus[i], &(uint64_t){ GFNS - 1 - i * 1024 }, 1);
	run_all(&vm);
	check(!colo_rotate(colo, &r) && !r.dirty && !r.marks && !r.logged, "no log, no marks");
	vm_set_slot(&vm, 0, 0, vm.memory, GUEST_BYTES, true);
	for (i = 0; i < count; i++)
		epoch(&vm, colo, map, &t);
	check(!colo_rotate(colo, &r) && !r.dirty && r.logged == GFNS, "an epoch without a run is empty");
	check(!t.lost && t.seen == t.written && t.patterns == (unsigned long long)count,
	      "%llu patterns, %d vCPUs, huge pages %s: %llu of %llu written pages seen", t.patterns,
	      vcpus, huge ? "on" : "off", t.seen, t.written);
	check(!t.beyond_log, "bits not in KVM's log: %llu (bitmap %llu, KVM %llu)", t.beyond_log,
	      t.bitmap, t.kvm);
	check(!t.miscounted, "counts of rotations agree with the bits");
	check(!colo_stat(colo, &stat) && stat.epoch == (uint64_t)count + 3 && stat.vm_alive &&
		      stat.vcpus == (uint32_t)vcpus && stat.rotations == (uint64_t)count + 2,
	      "stat after %d epochs", count);
	munmap((void *)map, attach.map_bytes);
	close(colo);
	vm_free(&vm);
}

/* Memory that is plugged in beyond the bitmap is told of, and never silently missed. */
static void plugged(void)
{
	const uint64_t at = 4ULL << 30, bytes = 4ULL << 20;
	uint64_t gfns[] = { at >> 12, (at >> 12) + 5, FIRST_FREE_GFN };
	struct ha_colo_attach attach;
	struct ha_colo_rotate r;
	const struct ha_colo_header *map;
	struct vm vm;
	int colo = colo_open();
	void *more = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	vm_make(&vm, GUEST_BYTES, 1, false);
	vm_set_slot(&vm, 0, 0, vm.memory, GUEST_BYTES, true);
	if (colo_attach(colo, vm.fd, 0, &attach))
		die("attach");
	map = colo_map(colo, &attach);
	vm_set_slot(&vm, 1, at, more, bytes, true);
	vcpu_write_pages(&vm.vcpus[0], gfns, 3);
	vcpu_run(&vm.vcpus[0]);
	check(map->outside == 2, "header counts %llu marks outside", map->outside);
	check(!colo_rotate(colo, &r) && r.outside == 2 && bit(colo_half(map, 1), FIRST_FREE_GFN),
	      "rotation tells of 2 marks in plugged memory");
	check(r.logged == GFNS + bytes / PAGE, "logged counts the plugged memory");
	close(colo);
	munmap((void *)map, attach.map_bytes);

	colo = colo_open();
	if (colo_attach(colo, vm.fd, 0, &attach))
		die("attach again");
	check(attach.gfns == (at + bytes) >> 12, "a new attach covers it");
	map = colo_map(colo, &attach);
	vm_log(&vm, 1, bytes, logged);
	vcpu_write_pages(&vm.vcpus[0], gfns, 3);
	vcpu_run(&vm.vcpus[0]);
	check(!colo_rotate(colo, &r) && !r.outside && bit(colo_half(map, 1), gfns[0]) &&
		      bit(colo_half(map, 1), gfns[1]),
	      "and sees its pages");
	close(colo);
	munmap((void *)map, attach.map_bytes);
	vm_free(&vm);
	munmap(more, bytes);
}

/* KVM writes to guest memory itself, here for the paravirtual clock. */
static void written_by_kvm(void)
{
	struct {
		struct kvm_msrs header;
		struct kvm_msr_entry entry;
	} msrs = { .header = { .nmsrs = 1 },
		   .entry = { .index = 0x4b564d01, .data = (FIRST_FREE_GFN + 7) << 12 | 1 } };
	struct ha_colo_attach attach;
	struct ha_colo_rotate r;
	const struct ha_colo_header *map;
	uint64_t gfn = FIRST_FREE_GFN;
	struct vm vm;
	int colo = colo_open();

	vm_make(&vm, GUEST_BYTES, 1, false);
	vm_set_slot(&vm, 0, 0, vm.memory, GUEST_BYTES, true);
	if (colo_attach(colo, vm.fd, 0, &attach))
		die("attach");
	map = colo_map(colo, &attach);
	if (ioctl(vm.vcpus[0].fd, KVM_SET_MSRS, &msrs) != 1)
		die("KVM_SET_MSRS");
	vcpu_write_pages(&vm.vcpus[0], &gfn, 1);
	vcpu_run(&vm.vcpus[0]);
	check(!colo_rotate(colo, &r) && bit(colo_half(map, 1), FIRST_FREE_GFN + 7),
	      "a page that KVM wrote for the guest's clock is seen");
	munmap((void *)map, attach.map_bytes);
	close(colo);
	vm_free(&vm);
}

static void busy(void)
{
	struct ha_colo_attach attach;
	struct ha_colo_rotate r;
	struct ha_colo_stat before, after;
	struct vm vm;
	int colo = colo_open(), err;

	vm_make(&vm, GUEST_BYTES, 2, false);
	if (colo_attach(colo, vm.fd, 0, &attach))
		die("attach");
	vcpu_load(&vm.vcpus[1], PROGRAM_SPIN, 0, 0);
	vcpu_start(&vm.vcpus[1]);
	while (!vcpu_counter(&vm.vcpus[1]))
		sleep_ms(1);
	colo_stat(colo, &before);
	err = colo_rotate(colo, &r);
	colo_stat(colo, &after);
	check(err == -EBUSY && before.epoch == after.epoch, "EBUSY while a vCPU is in KVM_RUN");
	vm_stop(&vm);
	check(!colo_rotate(colo, &r), "and not when it has stopped");
	close(colo);
	vm_free(&vm);
}

static void two_vms(void)
{
	struct ha_colo_attach attach[2];
	struct ha_colo_rotate r[2];
	const struct ha_colo_header *map[2];
	uint64_t gfn[2] = { FIRST_FREE_GFN + 1, FIRST_FREE_GFN + 2 };
	struct vm vm[2];
	int colo[2], i;

	for (i = 0; i < 2; i++) {
		colo[i] = colo_open();
		vm_make(&vm[i], GUEST_BYTES, 1, false);
		vm_set_slot(&vm[i], 0, 0, vm[i].memory, GUEST_BYTES, true);
		if (colo_attach(colo[i], vm[i].fd, 0, &attach[i]))
			die("attach");
		map[i] = colo_map(colo[i], &attach[i]);
	}
	for (i = 0; i < 2; i++) {
		vcpu_write_pages(&vm[i].vcpus[0], &gfn[i], 1);
		vcpu_run(&vm[i].vcpus[0]);
	}
	for (i = 0; i < 2; i++)
		check(!colo_rotate(colo[i], &r[i]) && bit(colo_half(map[i], 1), gfn[i]) &&
			      !bit(colo_half(map[i], 1), gfn[!i]),
		      "VM %d of two has its own marks only", i);
	for (i = 0; i < 2; i++) {
		close(colo[i]);
		munmap((void *)map[i], attach[i].map_bytes);
		vm_free(&vm[i]);
	}
}

int main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 50;

	random_seed(argc > 2 ? strtoull(argv[2], NULL, 0) : 1);
	patterns(count, VCPUS, false);
	patterns(count, VCPUS, true);
	plugged();
	written_by_kvm();
	busy();
	two_vms();
	return failures();
}
