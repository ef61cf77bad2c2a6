// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "vmm.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define KICK SIGUSR1

extern const char guest_start[], guest_end[], guest_write[], guest_spin[], guest_halt[],
	guest_lock[], guest_vector[];

static int failed;
static uint64_t random_state = 88172645463325252ULL;

static void line(const char *word, const char *format, va_list arguments)
{
	printf("%s ", word);
	vprintf(format, arguments);
	printf("\n");
	fflush(stdout);
}

#define LINE(word)                                                                                 \
	do {                                                                                       \
		va_list arguments;                                                                 \
		va_start(arguments, format);                                                       \
		line(word, format, arguments);                                                     \
		va_end(arguments);                                                                 \
	} while (0)

void pass(const char *format, ...)
{
	LINE("ok");
}

void fail(const char *format, ...)
{
	failed++;
	LINE("not ok");
}

void check(bool condition, const char *format, ...)
{
	failed += !condition;
	LINE(condition ? "ok" : "not ok");
}

void measured(const char *format, ...)
{
	LINE("measured");
}

int failures(void)
{
	return failed ? 1 : 0;
}

void die(const char *what)
{
	printf("not ok %s: %s\n", what, strerror(errno));
	fflush(stdout);
	exit(2);
}

uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

void sleep_ms(int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&t, &t) && errno == EINTR)
		;
}

void random_seed(uint64_t seed)
{
	random_state = seed * 0x9e3779b97f4a7c15ULL + 1;
}

uint64_t random_below(uint64_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % limit;
}

static int kvm_open(void)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	if (kvm < 0)
		die("/dev/kvm");
	return kvm;
}

/* Page tables of 1 GiB pages, accessed and dirty from the start, for both halves. */
static void write_tables(uint8_t *memory)
{
	uint64_t *top = (uint64_t *)(memory + GUEST_TABLES);
	uint64_t *pages = (uint64_t *)(memory + GUEST_TABLES + PAGE);
	uint64_t *gdt = (uint64_t *)(memory + GUEST_TABLES + 2 * PAGE);
	uint64_t *idt = (uint64_t *)(memory + GUEST_TABLES + 3 * PAGE);
	uint64_t handler = GUEST_CODE + (guest_vector - guest_start);
	int i;

	top[0] = top[511] = (GUEST_TABLES + PAGE) | 0x27;
	for (i = 0; i < 512; i++)
		pages[i] = (uint64_t)i << 30 | 0xe7;
	gdt[1] = 0x00af9b000000ffffULL;
	gdt[2] = 0x00cf93000000ffffULL;
	idt[2 * 0x40] = (handler & 0xffff) | 8 << 16 | 0x8e00ULL << 32 | (handler >> 16 & 0xffff) << 48;
	idt[2 * 0x40 + 1] = handler >> 32;
	memcpy(memory + GUEST_CODE, guest_start, guest_end - guest_start);
}

void vm_set_slot(struct vm *vm, int slot, uint64_t at, void *memory, uint64_t bytes, bool logged)
{
	struct kvm_userspace_memory_region region = {
		.slot = slot,
		.flags = logged ? KVM_MEM_LOG_DIRTY_PAGES : 0,
		.guest_phys_addr = at,
		.memory_size = bytes,
		.userspace_addr = (uintptr_t)memory,
	};

	if (ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region))
		die("KVM_SET_USER_MEMORY_REGION");
}

void vm_log(struct vm *vm, int slot, uint64_t bytes, uint64_t *bits)
{
	struct kvm_dirty_log log = { .slot = slot, .dirty_bitmap = bits };

	memset(bits, 0, bytes / PAGE / 8);
	if (ioctl(vm->fd, KVM_GET_DIRTY_LOG, &log))
		die("KVM_GET_DIRTY_LOG");
}

static void set_cpuid(int kvm, struct vcpu *vcpu)
{
	struct kvm_cpuid2 *cpuid = calloc(1, sizeof(*cpuid) + 256 * sizeof(cpuid->entries[0]));

	cpuid->nent = 256;
	if (ioctl(kvm, KVM_GET_SUPPORTED_CPUID, cpuid) || ioctl(vcpu->fd, KVM_SET_CPUID2, cpuid))
		die("KVM_SET_CPUID2");
	free(cpuid);
}

static void set_long_mode(struct vcpu *vcpu)
{
	struct kvm_segment code = { .limit = 0xffffffff, .selector = 8, .type = 11, .present = 1,
				    .s = 1, .l = 1, .g = 1 };
	struct kvm_segment data = { .limit = 0xffffffff, .selector = 16, .type = 3, .present = 1,
				    .s = 1, .db = 1, .g = 1 };
	struct kvm_sregs sregs;

	if (ioctl(vcpu->fd, KVM_GET_SREGS, &sregs))
		die("KVM_GET_SREGS");
	sregs.cs = code;
	sregs.ds = sregs.es = sregs.ss = sregs.fs = sregs.gs = data;
	sregs.gdt.base = GUEST_TABLES + 2 * PAGE;
	sregs.gdt.limit = 23;
	sregs.idt.base = GUEST_TABLES + 3 * PAGE;
	sregs.idt.limit = 4095;
	sregs.cr0 = 0x80050033;
	sregs.cr3 = GUEST_TABLES;
	sregs.cr4 = 0x620;
	sregs.efer = 0x500;
	if (ioctl(vcpu->fd, KVM_SET_SREGS, &sregs))
		die("KVM_SET_SREGS");
}

static void vcpu_make(struct vm *vm, int kvm, int index, int run_bytes)
{
	struct kvm_mp_state runnable = { KVM_MP_STATE_RUNNABLE };
	struct vcpu *vcpu = &vm->vcpus[index];

	vcpu->vm = vm;
	vcpu->index = index;
	vcpu->fd = ioctl(vm->fd, KVM_CREATE_VCPU, index);
	if (vcpu->fd < 0)
		die("KVM_CREATE_VCPU");
	vcpu->run = mmap(NULL, run_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->fd, 0);
	if (vcpu->run == MAP_FAILED)
		die("kvm_run");
	set_cpuid(kvm, vcpu);
	set_long_mode(vcpu);
	ioctl(vcpu->fd, KVM_SET_MP_STATE, &runnable);
}

static void on_kick(int signal)
{
	(void)signal;
}

void vm_make(struct vm *vm, uint64_t bytes, int vcpus, bool huge)
{
	struct sigaction action = { .sa_handler = on_kick };
	int kvm = kvm_open(), run_bytes = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), i;

	memset(vm, 0, sizeof(*vm));
	sigaction(KICK, &action, NULL);
	vm->fd = ioctl(kvm, KVM_CREATE_VM, 0);
	if (vm->fd < 0)
		die("KVM_CREATE_VM");
	ioctl(vm->fd, KVM_SET_TSS_ADDR, 0xfffbd000);
	if (ioctl(vm->fd, KVM_CREATE_IRQCHIP, 0))
		die("KVM_CREATE_IRQCHIP");
	vm->bytes = bytes;
	vm->memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (vm->memory == MAP_FAILED)
		die("guest memory");
	madvise(vm->memory, bytes, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	write_tables(vm->memory);
	vm_set_slot(vm, 0, 0, vm->memory, bytes, false);
	for (i = 0; i < vcpus; i++)
		vcpu_make(vm, kvm, i, run_bytes);
	vm->vcpu_count = vcpus;
	vm->run_bytes = run_bytes;
	close(kvm);
}

void vm_free(struct vm *vm)
{
	int i;

	vm_stop(vm);
	for (i = 0; i < vm->vcpu_count; i++) {
		munmap(vm->vcpus[i].run, vm->run_bytes);
		close(vm->vcpus[i].fd);
	}
	close(vm->fd);
	munmap(vm->memory, vm->bytes);
}

void vcpu_load(struct vcpu *vcpu, enum program program, uint64_t a, uint64_t b)
{
	static const char *const starts[] = { guest_write, guest_spin, guest_spin, guest_halt,
						guest_lock };
	struct kvm_regs regs = {
		.rip = GUEST_CODE + (starts[program] - guest_start) +
		       (program == PROGRAM_SPIN_KERNEL ? KERNEL_HALF : 0),
		.rflags = 2,
		.rsp = GUEST_STACKS + (vcpu->index + 1) * PAGE,
		.rdi = program == PROGRAM_WRITE ? GUEST_LISTS + ((uint64_t)vcpu->index << 20) :
						  GUEST_COUNTERS + vcpu->index * PAGE,
		.rsi = a,
		.rdx = b,
	};

	if (ioctl(vcpu->fd, KVM_SET_REGS, &regs))
		die("KVM_SET_REGS");
}

void vcpu_write_pages(struct vcpu *vcpu, const uint64_t *gfns, size_t count)
{
	memcpy(vcpu->vm->memory + GUEST_LISTS + ((uint64_t)vcpu->index << 20), gfns, count * 8);
	vcpu_load(vcpu, PROGRAM_WRITE, count, 0);
}

int vcpu_run(struct vcpu *vcpu)
{
	return ioctl(vcpu->fd, KVM_RUN, 0) ? -errno : (int)vcpu->run->exit_reason;
}

/* Until the guest exits by itself or vm_stop() asks for it. */
static void *vcpu_thread(void *argument)
{
	struct vcpu *vcpu = argument;
	int result;

	vcpu->thread_id = syscall(SYS_gettid);
	do {
		result = vcpu_run(vcpu);
	} while (result == -EINTR && !vcpu->vm->stop);
	vcpu->last_errno = result < 0 ? -result : 0;
	return NULL;
}

void vcpu_start(struct vcpu *vcpu)
{
	vcpu->vm->stop = false;
	vcpu->run->immediate_exit = 0;
	if (pthread_create(&vcpu->thread, NULL, vcpu_thread, vcpu))
		die("pthread_create");
	vcpu->running = true;
}

void vm_stop(struct vm *vm)
{
	struct timespec until;
	int i;

	vm->stop = true;
	for (i = 0; i < vm->vcpu_count; i++)
		vm->vcpus[i].run->immediate_exit = 1;
	for (i = 0; i < vm->vcpu_count; i++) {
		struct vcpu *vcpu = &vm->vcpus[i];

		if (!vcpu->running)
			continue;
		pthread_kill(vcpu->thread, KICK);
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += 20;
		if (pthread_timedjoin_np(vcpu->thread, NULL, &until))
			die("a vCPU does not leave KVM_RUN for a signal");
		vcpu->running = false;
	}
}

uint64_t vcpu_counter(const struct vcpu *vcpu)
{
	return *(volatile uint64_t *)(vcpu->vm->memory + GUEST_COUNTERS + vcpu->index * PAGE);
}

int colo_open(void)
{
	int colo = open(HA_COLO_DEVICE, O_RDWR | O_CLOEXEC);

	if (colo < 0)
		die(HA_COLO_DEVICE);
	return colo;
}

int colo_attach(int colo, int vm_fd, uint64_t gfns, struct ha_colo_attach *out)
{
	*out = (struct ha_colo_attach){ .vm_fd = vm_fd, .gfns = gfns };
	return ioctl(colo, HA_COLO_ATTACH, out) ? -errno : 0;
}

const struct ha_colo_header *colo_map(int colo, const struct ha_colo_attach *attach)
{
	void *map = mmap(NULL, attach->map_bytes, PROT_READ, MAP_SHARED, colo, 0);

	if (map == MAP_FAILED)
		die("mmap of the bitmap");
	return map;
}

int colo_rotate(int colo, struct ha_colo_rotate *out)
{
	return ioctl(colo, HA_COLO_ROTATE, out) ? -errno : 0;
}

int colo_gate(int colo, unsigned int tokens, unsigned int slice_us, unsigned int bound_us)
{
	struct ha_colo_gate gate = { .tokens = tokens, .slice_us = slice_us, .bound_us = bound_us };

	return ioctl(colo, HA_COLO_GATE, &gate) ? -errno : 0;
}

int colo_stat(int colo, struct ha_colo_stat *out)
{
	return ioctl(colo, HA_COLO_STAT, out) ? -errno : 0;
}

const uint64_t *colo_half(const struct ha_colo_header *map, uint64_t epoch)
{
	return (const uint64_t *)((const char *)map + map->half_offset[epoch % 2]);
}
