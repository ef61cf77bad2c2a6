// SPDX-License-Identifier: GPL-2.0
/*
 * Loads and unloads the module while a VM runs; the module must not be loaded before:
 *   cycle MODULE ROUNDS
 */
#define _GNU_SOURCE
#include "vmm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define VCPUS 3
#define PATIENCE_NS 5000000000ULL

static int load(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err;

	if (fd < 0)
		die(path);
	err = syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
	close(fd);
	return err;
}

static int unload(void)
{
	return syscall(SYS_delete_module, "ha_colo", O_NONBLOCK) ? -errno : 0;
}

/* The node appears in devtmpfs a moment after the module is there. */
static int open_soon(void)
{
	uint64_t start = now_ns();
	int fd;

	do {
		fd = open(HA_COLO_DEVICE, O_RDWR | O_CLOEXEC);
	} while (fd < 0 && now_ns() - start < PATIENCE_NS);
	return fd;
}

/* A vCPU's last work may still be on its way out when the descriptor is closed. */
static int unload_soon(void)
{
	uint64_t start = now_ns();
	int err;

	do {
		err = unload();
	} while (err == -EWOULDBLOCK && now_ns() - start < PATIENCE_NS);
	return err;
}

int main(int argc, char **argv)
{
	int rounds = argc > 2 ? atoi(argv[2]) : 5, i, done = 0, refused = 0, k;
	struct ha_colo_attach attach;
	struct vm vm;

	if (argc < 2)
		return 2;
	vm_make(&vm, 64 << 20, VCPUS, false);
	vcpu_load(&vm.vcpus[0], PROGRAM_SPIN, 0, 0);
	vcpu_load(&vm.vcpus[1], PROGRAM_SPIN_KERNEL, 0, 0);
	vcpu_load(&vm.vcpus[2], PROGRAM_HALT, 2000, 1000000);
	for (i = 0; i < VCPUS; i++)
		vcpu_start(&vm.vcpus[i]);
	for (i = 0; i < rounds; i++) {
		int colo, err = load(argv[1]);

		if (err) {
			fail("load %d: %s", i, strerror(-err));
			break;
		}
		colo = open_soon();
		if (colo < 0 || colo_attach(colo, vm.fd, 0, &attach))
			die("attach");
		for (k = 0; k < 4; k++) {
			colo_gate(colo, k, 1000, 2000);
			sleep_ms(random_below(20));
		}
		refused += unload() == -EWOULDBLOCK;
		colo_gate(colo, 1, 1000, 2000);
		close(colo);
		err = unload_soon();
		if (err) {
			fail("unload %d: %s", i, strerror(-err));
			break;
		}
		done++;
	}
	check(done == rounds, "%d of %d loads and unloads while a VM runs", done, rounds);
	check(refused == rounds, "%d of %d unloads refused while in use", refused, rounds);
	vm_free(&vm);
	return failures();
}
