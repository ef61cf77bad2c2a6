// SPDX-License-Identifier: GPL-2.0
/* Wrong input: every call, and the errno that the header promises. */
#define _GNU_SOURCE
#include "vmm.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* One layout for 32-bit and 64-bit callers: no padding anywhere, checked by sizes. */
static_assert(sizeof(struct ha_colo_info) == 32, "info");
static_assert(sizeof(struct ha_colo_attach) == 64, "attach");
static_assert(sizeof(struct ha_colo_header) == 128, "header");
static_assert(sizeof(struct ha_colo_rotate) == 64, "rotate");
static_assert(sizeof(struct ha_colo_gate) == 32, "gate");
static_assert(sizeof(struct ha_colo_stat) == 200, "stat");

#define LIMIT "/sys/module/ha_colo/parameters/max_bitmap_mib"

static void expect(int want, int result, const char *what)
{
	int got = result ? errno : 0;

	check(got == want, "%s: %s", what, got ? strerrorname_np(got) : "accepted");
}

static void attach_with(int colo, int want, struct ha_colo_attach attach, const char *what)
{
	expect(want, ioctl(colo, HA_COLO_ATTACH, &attach), what);
}

static void gate_with(int colo, int want, struct ha_colo_gate gate, const char *what)
{
	expect(want, ioctl(colo, HA_COLO_GATE, &gate), what);
}

static void without_a_vm(int colo)
{
	struct ha_colo_info info;
	char buffer[256];

	memset(&info, 0xff, sizeof(info));
	expect(0, ioctl(colo, HA_COLO_INFO, &info), "info before attach");
	check(info.abi == HA_COLO_ABI &&
		      info.features == (HA_COLO_FEATURE_DIRTY | HA_COLO_FEATURE_GATE) &&
		      !info.reserved[0] && !info.reserved[5],
	      "abi %u, features %#x", info.abi, info.features);
	expect(ENODEV, ioctl(colo, HA_COLO_ROTATE, buffer), "rotate without a VM");
	expect(ENODEV, ioctl(colo, HA_COLO_STAT, buffer), "stat without a VM");
	gate_with(colo, ENODEV, (struct ha_colo_gate){ .tokens = 1, .slice_us = 1000 },
		  "gate without a VM");
	expect(ENODEV, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, colo, 0) == MAP_FAILED,
	       "mmap without a VM");
	expect(ENOTTY, ioctl(colo, _IO(HA_COLO_IOC, 0x70), 0), "unknown request");
	expect(ENOTTY, ioctl(colo, _IOR(HA_COLO_IOC, 0x00, char), buffer), "info of another size");
	expect(EFAULT, ioctl(colo, HA_COLO_INFO, 8), "info to a bad address");
	expect(EFAULT, ioctl(colo, HA_COLO_ATTACH, 8), "attach from a bad address");
	expect(EINVAL, read(colo, buffer, 1) < 0, "read");
}

static void attaching(int colo, struct vm *vm)
{
	struct ha_colo_attach attach = { .vm_fd = vm->fd };
	int other, null = open("/dev/null", O_RDWR);

	attach_with(colo, EBADF, (struct ha_colo_attach){ .vm_fd = -1 }, "attach to no descriptor");
	attach_with(colo, EBADF, (struct ha_colo_attach){ .vm_fd = 9999 }, "attach to a closed one");
	attach_with(colo, EINVAL, (struct ha_colo_attach){ .vm_fd = null }, "attach to /dev/null");
	attach_with(colo, EINVAL, (struct ha_colo_attach){ .vm_fd = colo }, "attach to itself");
	attach_with(colo, EINVAL, (struct ha_colo_attach){ .vm_fd = vm->vcpus[0].fd },
		    "attach to a vCPU");
	attach_with(colo, EINVAL, (struct ha_colo_attach){ .vm_fd = vm->fd, .flags = 1 },
		    "attach with a flag");
	attach_with(colo, EINVAL, (struct ha_colo_attach){ .vm_fd = vm->fd, .reserved = { 0, 0, 0, 1 } },
		    "attach with a reserved field");
	attach_with(colo, EINVAL, (struct ha_colo_attach){ .vm_fd = vm->fd, .gfns = 1ULL << 63 },
		    "attach with 2^63 pages");
	attach_with(colo, EINVAL,
		    (struct ha_colo_attach){ .vm_fd = vm->fd, .gfns = HA_COLO_MAX_GFNS + 1 },
		    "attach with one page too many");
	expect(0, ioctl(colo, HA_COLO_ATTACH, &attach), "attach with 0 pages: all of them");
	check(attach.gfns == vm->bytes / PAGE && attach.half_bytes == PAGE * 2 &&
		      attach.map_bytes == PAGE * 5,
	      "covers %llu pages in %llu bytes", attach.gfns, attach.map_bytes);
	attach_with(colo, EBUSY, (struct ha_colo_attach){ .vm_fd = vm->fd }, "attach again");
	other = colo_open();
	attach_with(other, EEXIST, (struct ha_colo_attach){ .vm_fd = vm->fd }, "attach by another");
	close(other);
	close(null);
}

static void mapping(int colo)
{
	char *map;

	expect(EACCES, mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, colo, 0) == MAP_FAILED,
	       "writable mmap");
	expect(EINVAL, mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, colo, 0) == MAP_FAILED,
	       "private mmap");
	expect(EINVAL, mmap(NULL, 6 * PAGE, PROT_READ, MAP_SHARED, colo, 0) == MAP_FAILED,
	       "mmap of a page too many");
	expect(EINVAL, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, colo, PAGE) == MAP_FAILED,
	       "mmap at an offset");
	map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, colo, 0);
	expect(0, map == MAP_FAILED, "mmap of the header alone");
	check(((struct ha_colo_header *)map)->magic == HA_COLO_MAGIC, "and it is the header");
	expect(EACCES, mprotect(map, PAGE, PROT_READ | PROT_WRITE), "mprotect to writable");
	munmap(map, PAGE);
}

static void gating(int colo)
{
	const struct ha_colo_gate good = { .tokens = 1, .slice_us = 1000 };
	struct ha_colo_gate gate = good;

	gate.tokens = HA_COLO_MAX_VCPUS + 1;
	gate_with(colo, EINVAL, gate, "too many tokens");
	gate = good, gate.slice_us = HA_COLO_MIN_SLICE_US - 1;
	gate_with(colo, EINVAL, gate, "a slice too short");
	gate.slice_us = HA_COLO_MAX_SLICE_US + 1;
	gate_with(colo, EINVAL, gate, "a slice too long");
	gate = good, gate.bound_us = HA_COLO_MAX_SLICE_US + 1;
	gate_with(colo, EINVAL, gate, "a bound too long");
	gate = good, gate.flags = 1;
	gate_with(colo, EINVAL, gate, "gate with a flag");
	gate = good, gate.reserved[1] = 1;
	gate_with(colo, EINVAL, gate, "gate with a reserved field");
	expect(EFAULT, ioctl(colo, HA_COLO_GATE, 8), "gate from a bad address");
	gate_with(colo, 0, (struct ha_colo_gate){}, "gate off that never was on");
	gate_with(colo, 0, good, "gate on");
	gate_with(colo, 0, (struct ha_colo_gate){}, "gate off");
}

static void addresses(int colo)
{
	struct ha_colo_stat before, after;
	struct ha_colo_rotate rotate;

	memset(&rotate, 0xff, sizeof(rotate));
	colo_stat(colo, &before);
	expect(EFAULT, ioctl(colo, HA_COLO_ROTATE, 8), "rotate to a bad address");
	expect(EFAULT, ioctl(colo, HA_COLO_STAT, 8), "stat to a bad address");
	colo_stat(colo, &after);
	check(before.epoch == after.epoch, "and the epoch is the same");
	expect(0, ioctl(colo, HA_COLO_ROTATE, &rotate), "rotate");
	check(rotate.epoch == 1 && !rotate.dirty && !rotate.reserved[0] && !rotate.reserved[2],
	      "reserved fields of the answer are 0");
}

static void write_limit(const char *text)
{
	int fd = open(LIMIT, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die(LIMIT);
	close(fd);
}

static void limits(struct vm *vm)
{
	struct ha_colo_attach attach;
	int colo = colo_open();

	write_limit("1");
	attach_with(colo, ENOSPC, (struct ha_colo_attach){ .vm_fd = vm->fd, .gfns = 1 << 23 },
		    "attach above max_bitmap_mib");
	write_limit("256");
	check(!colo_attach(colo, vm->fd, 1, &attach) && attach.gfns == 1 && attach.half_bytes == PAGE,
	      "attach with one page");
	close(colo);
	colo = colo_open();
	attach_with(colo, ENOSPC, (struct ha_colo_attach){ .vm_fd = vm->fd, .gfns = HA_COLO_MAX_GFNS },
		    "attach with the most pages, which the default limit does not allow");
	write_limit("300");
	check(!colo_attach(colo, vm->fd, HA_COLO_MAX_GFNS, &attach), "but another one does");
	write_limit("256");
	close(colo);
}

/* Root without the capability: the file's mode is no obstacle, the module is. */
static void without_capability(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];
	pid_t child = fork();
	int status;

	if (!child) {
		syscall(SYS_capget, &header, data);
		data[0].effective &= ~(1U << CAP_SYS_ADMIN);
		if (syscall(SYS_capset, &header, data))
			_exit(255);
		_exit(open(HA_COLO_DEVICE, O_RDWR) < 0 ? errno : 0);
	}
	waitpid(child, &status, 0);
	errno = WEXITSTATUS(status);
	expect(EPERM, errno, "open without CAP_SYS_ADMIN");
}

/* A VM whose process is gone, while a copy of its descriptor is still open here. */
static void dead(void)
{
	int ends[2], fd = -1, colo = colo_open(), pidfd;
	struct ha_colo_rotate rotate;
	pid_t child;

	if (pipe(ends))
		die("pipe");
	child = fork();
	if (!child) {
		struct vm vm;

		vm_make(&vm, 16 << 20, 1, false);
		if (write(ends[1], &vm.fd, sizeof(vm.fd)) != sizeof(vm.fd))
			_exit(1);
		for (;;)
			pause();
	}
	if (read(ends[0], &fd, sizeof(fd)) != sizeof(fd))
		die("child");
	pidfd = syscall(SYS_pidfd_open, child, 0);
	fd = syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	if (fd < 0)
		die("pidfd_getfd");
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	attach_with(colo, ENODEV, (struct ha_colo_attach){ .vm_fd = fd }, "attach to a dead VM");
	expect(ENODEV, ioctl(colo, HA_COLO_ROTATE, &rotate), "rotate after that");
	close(fd);
	close(colo);
	close(pidfd);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	struct vm vm;
	int colo = colo_open();

	vm_make(&vm, 256 << 20, 2, false);
	without_a_vm(colo);
	attaching(colo, &vm);
	mapping(colo);
	gating(colo);
	addresses(colo);
	close(colo);
	limits(&vm);
	vm_free(&vm);
	without_capability();
	dead();
	return failures();
}
