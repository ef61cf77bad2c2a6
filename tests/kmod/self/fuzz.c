// SPDX-License-Identifier: GPL-2.0
/*
 * Random calls with random arguments on several descriptors, while a VM runs:
 *   fuzz SECONDS [SEED]
 * The kernel's log is the judge; this program only must come to its end.
 */
#define _GNU_SOURCE
#include "vmm.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define FDS 4
#define THREADS 2

static struct vm vm;
static volatile bool over;
static unsigned long long calls[THREADS], accepted[THREADS];
static int colos[FDS];

/* xorshift of its own for each thread */
static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Often a value that matters, else any. */
static uint64_t value(uint64_t *state)
{
	static const uint64_t known[] = { 0, 1, 2, 4, 500, 1000, 1024, 1025, 65536, 1000000,
					  HA_COLO_MAX_GFNS, HA_COLO_MAX_GFNS + 1, 1ULL << 31,
					  1ULL << 32, 1ULL << 63, ~0ULL };

	return next(state) % 4 ? known[next(state) % 16] : next(state);
}

static void fill(uint64_t *state, unsigned char *buffer, size_t bytes)
{
	size_t i, fields = bytes / 4, random = next(state) % (fields + 1);

	memset(buffer, 0, bytes);
	for (i = 0; i < random; i++)
		((uint32_t *)buffer)[next(state) % 6 % fields] = value(state);
	if (next(state) % 2)
		*(int32_t *)buffer = vm.fd;
	if (!(next(state) % 3))
		memset(buffer + 16, 0, bytes - 16);
}

static unsigned long request(uint64_t *state)
{
	static const unsigned long known[] = { HA_COLO_INFO, HA_COLO_ATTACH, HA_COLO_ROTATE,
					       HA_COLO_GATE, HA_COLO_STAT };

	if (next(state) % 8)
		return known[next(state) % 5];
	return _IOC(next(state) % 4, HA_COLO_IOC, next(state) % 8, next(state) % 256);
}

static void map(uint64_t *state, int colo)
{
	size_t bytes = (1 + next(state) % 8) * PAGE;
	unsigned char *at = mmap(NULL, bytes, next(state) % 4 ? PROT_READ : PROT_READ | PROT_WRITE,
				 next(state) % 4 ? MAP_SHARED : MAP_PRIVATE, colo,
				 next(state) % 4 ? 0 : (next(state) % 8) * PAGE);

	if (at == MAP_FAILED)
		return;
	(void)*(volatile unsigned char *)at;
	mprotect(at, bytes, PROT_READ | PROT_WRITE);
	munmap(at, bytes);
}

static void *fuzz(void *argument)
{
	uint64_t state = ((uintptr_t)argument + 1) * 0x9e3779b97f4a7c15ULL + random_below(1 << 30);
	unsigned char buffer[256];
	int thread = (uintptr_t)argument;

	while (!over) {
		int *colo = &colos[next(&state) % FDS];
		void *address = buffer;

		fill(&state, buffer, sizeof(buffer));
		if (!(next(&state) % 16))
			address = (void *)value(&state);
		accepted[thread] += !ioctl(*colo, request(&state), address);
		calls[thread]++;
		if (!(next(&state) % 16))
			map(&state, *colo);
		/* Replaced in place: another thread may be inside a call on it. */
		if (!(next(&state) % 64)) {
			int fresh = open(HA_COLO_DEVICE, O_RDWR | O_CLOEXEC);

			dup3(fresh, *colo, O_CLOEXEC);
			close(fresh);
		}
	}
	return NULL;
}

int main(int argc, char **argv)
{
	int seconds = argc > 1 ? atoi(argv[1]) : 10, i;
	pthread_t threads[THREADS];

	random_seed(argc > 2 ? strtoull(argv[2], NULL, 0) : 1);
	vm_make(&vm, 64 << 20, 2, false);
	vm_set_slot(&vm, 0, 0, vm.memory, vm.bytes, true);
	vcpu_load(&vm.vcpus[0], PROGRAM_SPIN, 0, 0);
	vcpu_load(&vm.vcpus[1], PROGRAM_HALT, 2000, 1000000);
	for (i = 0; i < 2; i++)
		vcpu_start(&vm.vcpus[i]);
	for (i = 0; i < FDS; i++)
		colos[i] = colo_open();
	for (i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, fuzz, (void *)(uintptr_t)i))
			die("pthread_create");
	sleep_ms(seconds * 1000);
	over = true;
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (i = 0; i < FDS; i++)
		close(colos[i]);
	vm_free(&vm);
	check(calls[0] && accepted[0] + accepted[1], "%llu random calls, %llu of them accepted",
	      calls[0] + calls[1], accepted[0] + accepted[1]);
	return failures();
}
