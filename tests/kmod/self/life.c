// SPDX-License-Identifier: GPL-2.0
/*
 * Lifetimes: descriptors, VMs and processes that end at any moment.
 *   life ROUNDS [SEED]
 */
#define _GNU_SOURCE
#include "vmm.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define VCPUS 3
#define GUEST_BYTES (64ULL << 20)
/* Longest time that anything may take to be noticed; emulated machines are slow. */
#define PATIENCE_NS 5000000000ULL

static void start_load(struct vm *vm)
{
	int i;

	vm_make(vm, GUEST_BYTES, VCPUS, false);
	vcpu_load(&vm->vcpus[0], PROGRAM_SPIN, 0, 0);
	vcpu_load(&vm->vcpus[1], PROGRAM_SPIN_KERNEL, 0, 0);
	vcpu_load(&vm->vcpus[2], PROGRAM_HALT, 2000, 1000000);
	for (i = 0; i < VCPUS; i++)
		vcpu_start(&vm->vcpus[i]);
}

static bool all_move(const struct vm *vm)
{
	uint64_t before[VCPUS], start = now_ns();
	int i, moved;

	for (i = 0; i < VCPUS; i++)
		before[i] = vcpu_counter(&vm->vcpus[i]);
	do {
		sleep_ms(1);
		for (i = 0, moved = 0; i < VCPUS; i++)
			moved += vcpu_counter(&vm->vcpus[i]) != before[i];
	} while (moved < VCPUS && now_ns() - start < PATIENCE_NS);
	return moved == VCPUS;
}

/* Calls in no good order, as an agent in trouble might make them. */
static void act(int colo)
{
	struct ha_colo_rotate rotate;
	struct ha_colo_stat stat;
	int err = 0;

	switch (random_below(4)) {
	case 0:
		err = colo_rotate(colo, &rotate);
		break;
	case 1:
		err = colo_stat(colo, &stat);
		break;
	default:
		err = colo_gate(colo, random_below(VCPUS + 1), 500 + random_below(3000),
				random_below(5000));
	}
	if (err && err != -EBUSY && err != -ENODEV)
		fail("call: %s", strerror(-err));
}

static void attach_and_detach(struct vm *vm, int rounds)
{
	struct ha_colo_attach attach;
	int i, done = 0, k;

	for (i = 0; i < rounds; i++) {
		int colo = colo_open(), err = colo_attach(colo, vm->fd, 0, &attach);

		if (err)
			fail("attach %d: %s", i, strerror(-err));
		for (k = random_below(5); k; k--)
			act(colo);
		close(colo);
		done += !err;
	}
	check(done == rounds, "%d of %d attach and detach under load", done, rounds);
	check(all_move(vm), "and the VM runs");
}

/* The gate opens when the last descriptor is closed, although the bitmap is still mapped. */
static void last_close(struct vm *vm)
{
	struct ha_colo_attach attach;
	const struct ha_colo_header *map;
	int colo = colo_open(), copy, go[2];
	pid_t child;

	if (colo_attach(colo, vm->fd, 0, &attach) || pipe(go))
		die("attach");
	map = colo_map(colo, &attach);
	colo_gate(colo, 1, HA_COLO_MAX_SLICE_US, 0);
	/* Passed on to a process that then is the only one to have it. */
	child = fork();
	if (!child) {
		char byte;

		close(go[1]);
		(void)!read(go[0], &byte, 1);
		_exit(0);
	}
	close(go[0]);
	close(colo);
	copy = colo_open();
	check(colo_attach(copy, vm->fd, 0, &attach) == -EEXIST, "passed on, it still has the VM");
	close(go[1]);
	waitpid(child, NULL, 0);
	check(all_move(vm), "its last close opens the gate, with the bitmap still mapped");
	check(!colo_attach(copy, vm->fd, 0, &attach), "and frees the VM for another");
	check(map->magic == HA_COLO_MAGIC, "the mapping can still be read");
	munmap((void *)map, attach.map_bytes);
	close(copy);
}

static void killed_agents(struct vm *vm, int rounds)
{
	struct ha_colo_attach attach;
	int i, attached = 0;

	for (i = 0; i < rounds; i++) {
		uint64_t start;
		int colo, err;
		pid_t child = fork();

		if (!child) {
			colo = colo_open();
			random_seed(i + 1);
			while (colo_attach(colo, vm->fd, 0, &attach))
				;
			colo_map(colo, &attach);
			for (;;)
				act(colo);
		}
		sleep_ms(random_below(15));
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		colo = colo_open();
		start = now_ns();
		do {
			err = colo_attach(colo, vm->fd, 0, &attach);
		} while (err && now_ns() - start < PATIENCE_NS);
		attached += !err;
		close(colo);
	}
	check(attached == rounds, "%d of %d killed agents left the VM to the next", attached, rounds);
	check(all_move(vm), "and it runs");
}

/* A VM in a process of its own, its descriptor brought over as an agent does. */
static pid_t other_vm(int *fd)
{
	int ends[2], pidfd;
	pid_t child;

	if (pipe(ends))
		die("pipe");
	child = fork();
	if (!child) {
		struct vm vm;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		start_load(&vm);
		(void)!write(ends[1], &vm.fd, sizeof(vm.fd));
		for (;;)
			pause();
	}
	if (read(ends[0], fd, sizeof(*fd)) != sizeof(*fd))
		die("other VM");
	close(ends[0]);
	close(ends[1]);
	pidfd = syscall(SYS_pidfd_open, child, 0);
	*fd = syscall(SYS_pidfd_getfd, pidfd, *fd, 0);
	if (*fd < 0)
		die("pidfd_getfd");
	close(pidfd);
	return child;
}

static bool dies_within(int colo, struct ha_colo_stat *stat)
{
	uint64_t start = now_ns();

	do {
		if (colo_stat(colo, stat))
			return false;
	} while (stat->vm_alive && now_ns() - start < PATIENCE_NS);
	return !stat->vm_alive;
}

static void killed_vms(int rounds)
{
	struct ha_colo_attach attach;
	struct ha_colo_rotate rotate;
	struct ha_colo_stat stat;
	int i, noticed = 0, refused = 0;

	for (i = 0; i < rounds; i++) {
		int fd, colo = colo_open(), k;
		pid_t child = other_vm(&fd);

		if (colo_attach(colo, fd, 0, &attach))
			fail("attach to another process's VM");
		close(fd);
		for (k = random_below(4); k; k--)
			act(colo);
		sleep_ms(random_below(10));
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		noticed += dies_within(colo, &stat);
		refused += colo_rotate(colo, &rotate) == -ENODEV &&
			   colo_gate(colo, 1, 1000, 0) == -ENODEV;
		close(colo);
	}
	check(noticed == rounds && refused == rounds,
	      "%d of %d killed VMs noticed, %d refused", noticed, rounds, refused);
}

static long kvm_users(void)
{
	static const char *const names[] = { "kvm_amd", "kvm_intel" };
	char path[64], text[32] = "";
	size_t i;

	for (i = 0; i < 2; i++) {
		int fd;

		snprintf(path, sizeof(path), "/sys/module/%s/refcnt", names[i]);
		fd = open(path, O_RDONLY);
		if (fd < 0)
			continue;
		(void)!read(fd, text, sizeof(text) - 1);
		close(fd);
		return atol(text);
	}
	return -1;
}

/* A descriptor that an agent forgot does not keep the dead VM: KVM itself has no user left. */
static void let_go(void)
{
	struct ha_colo_attach attach;
	int fd, colo = colo_open();
	long before = kvm_users();
	uint64_t start;
	pid_t child = other_vm(&fd);

	if (colo_attach(colo, fd, 0, &attach))
		die("attach");
	close(fd);
	check(kvm_users() > before, "a VM is a user of KVM: %ld", kvm_users());
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	start = now_ns();
	while (kvm_users() > before && now_ns() - start < PATIENCE_NS)
		sleep_ms(1);
	check(kvm_users() == before, "killed, it is none, while a descriptor is open: %ld",
	      kvm_users());
	close(colo);
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 50;
	struct vm vm;

	random_seed(argc > 2 ? strtoull(argv[2], NULL, 0) : 1);
	start_load(&vm);
	attach_and_detach(&vm, rounds);
	last_close(&vm);
	killed_agents(&vm, rounds / 2);
	vm_free(&vm);
	killed_vms(rounds / 5);
	let_go();
	return failures();
}
