/* SPDX-License-Identifier: GPL-2.0 */
/* A virtual machine monitor that is just large enough for the tests of the module. */
#ifndef VMM_H
#define VMM_H

#include <linux/kvm.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "ha_colo.h"

#define PAGE 4096ULL
#define MAX_VCPUS 8
#define KERNEL_HALF 0xffffff8000000000ULL

/* Pages of the guest: tables and code below, then one page for each vCPU, then free ones. */
#define GUEST_TABLES 0x1000
#define GUEST_CODE 0x8000
#define GUEST_COUNTERS 0x10000 /* a page for each vCPU */
#define GUEST_STACKS 0x20000   /* likewise */
#define GUEST_LISTS 0x100000   /* 1 MiB for each vCPU */
#define FIRST_FREE_GFN ((GUEST_LISTS >> 12) + MAX_VCPUS * 256)

struct vcpu {
	struct vm *vm;
	int index;
	int fd;
	struct kvm_run *run;
	pthread_t thread;
	bool running;
	volatile int thread_id;
	int last_errno; /* of KVM_RUN, when the thread has ended */
};

struct vm {
	int fd;
	uint8_t *memory;
	uint64_t bytes;
	int vcpu_count;
	int run_bytes;
	struct vcpu vcpus[MAX_VCPUS];
	volatile bool stop; /* vCPU threads leave at the next signal */
};

/* test output: one line each; the process's exit status is 1 if any failed */
void pass(const char *format, ...) __attribute__((format(printf, 1, 2)));
void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
void check(bool condition, const char *format, ...) __attribute__((format(printf, 2, 3)));
void measured(const char *format, ...) __attribute__((format(printf, 1, 2)));
int failures(void);
void die(const char *what) __attribute__((noreturn));
uint64_t now_ns(void);
void sleep_ms(int ms);
uint64_t random_below(uint64_t limit); /* the same for the same seed */
void random_seed(uint64_t seed);

void vm_make(struct vm *vm, uint64_t bytes, int vcpus, bool huge);
void vm_free(struct vm *vm);
void vm_set_slot(struct vm *vm, int slot, uint64_t at, void *memory, uint64_t bytes, bool logged);
void vm_log(struct vm *vm, int slot, uint64_t bytes, uint64_t *bits); /* gets and clears */

enum program { PROGRAM_WRITE, PROGRAM_SPIN, PROGRAM_SPIN_KERNEL, PROGRAM_HALT, PROGRAM_LOCK };
/* a, b: rsi and rdx of the program; its counter or list is the vCPU's own */
void vcpu_load(struct vcpu *vcpu, enum program program, uint64_t a, uint64_t b);
void vcpu_write_pages(struct vcpu *vcpu, const uint64_t *gfns, size_t count);
int vcpu_run(struct vcpu *vcpu); /* until it exits; the exit reason, or -errno */
void vcpu_start(struct vcpu *vcpu);
void vm_stop(struct vm *vm); /* all threads that were started */
uint64_t vcpu_counter(const struct vcpu *vcpu);

/* the device */
int colo_open(void);
int colo_attach(int colo, int vm_fd, uint64_t gfns, struct ha_colo_attach *out); /* 0 or -errno */
const struct ha_colo_header *colo_map(int colo, const struct ha_colo_attach *attach);
int colo_rotate(int colo, struct ha_colo_rotate *out);
int colo_gate(int colo, unsigned int tokens, unsigned int slice_us, unsigned int bound_us);
int colo_stat(int colo, struct ha_colo_stat *out);
const uint64_t *colo_half(const struct ha_colo_header *map, uint64_t epoch);

static inline bool bit(const uint64_t *bits, uint64_t n)
{
	return bits[n / 64] >> n % 64 & 1;
}

#endif
