// SPDX-License-Identifier: GPL-2.0
/*
 * A guest whose vCPUs contend for a lock, on two CPUs, under the gate and under plain confinement:
 *   locks SECONDS
 */
#define _GNU_SOURCE
#include "vmm.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define VCPUS 4
/* Under the lock, and outside of it. */
#define INSIDE 20000
#define OUTSIDE 40000

static void confine(struct vm *vm, int cpus)
{
	cpu_set_t set;
	int i;

	CPU_ZERO(&set);
	for (i = 0; i < cpus; i++)
		CPU_SET(i, &set);
	for (i = 0; i < vm->vcpu_count; i++)
		if (sched_setaffinity(vm->vcpus[i].thread_id, sizeof(set), &set))
			die("sched_setaffinity");
}

static uint64_t cpu_ns(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000000ULL +
	       (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000ULL;
}

static void run(struct vm *vm, const char *name, int seconds)
{
	uint64_t before[VCPUS], start, cpu, took, total = 0, least = ~0ULL, most = 0, ops;
	int i;

	sleep_ms(200);
	start = now_ns();
	cpu = cpu_ns();
	for (i = 0; i < VCPUS; i++)
		before[i] = vcpu_counter(&vm->vcpus[i]);
	sleep_ms(seconds * 1000);
	for (i = 0; i < VCPUS; i++) {
		ops = vcpu_counter(&vm->vcpus[i]) - before[i];
		total += ops;
		least = ops < least ? ops : least;
		most = ops > most ? ops : most;
	}
	took = now_ns() - start;
	cpu = cpu_ns() - cpu;
	check(least, "locks under %s: every vCPU moves", name);
	measured("locks %s ops_per_s=%llu cpu_percent=%llu ops_per_cpu_s=%llu least=%llu most=%llu",
		 name, (unsigned long long)(total * 1000000000 / took),
		 (unsigned long long)(cpu * 100 / took),
		 (unsigned long long)(total * 1000000000 / (cpu ? cpu : 1)), (unsigned long long)least,
		 (unsigned long long)most);
}

int main(int argc, char **argv)
{
	int seconds = argc > 1 ? atoi(argv[1]) : 4, i;
	static const unsigned int slices[] = { 2000, 10000 }, bounds[] = { 0, 2000, 10000 };
	struct ha_colo_attach attach;
	size_t slice, bound;
	char name[64];
	struct vm vm;
	int colo = colo_open();

	vm_make(&vm, 64 << 20, VCPUS, false);
	if (colo_attach(colo, vm.fd, 0, &attach))
		die("attach");
	for (i = 0; i < VCPUS; i++) {
		vcpu_load(&vm.vcpus[i], PROGRAM_LOCK, INSIDE, OUTSIDE);
		vcpu_start(&vm.vcpus[i]);
	}
	run(&vm, "free", seconds);
	confine(&vm, 1);
	run(&vm, "confined_1", seconds);
	confine(&vm, 2);
	for (slice = 0; slice < 2; slice++) {
		for (bound = 0; bound < 3; bound++) {
			colo_gate(colo, 1, slices[slice], bounds[bound]);
			snprintf(name, sizeof(name), "gate_1_slice_%u_bound_%u", slices[slice],
				 bounds[bound]);
			run(&vm, name, seconds);
		}
	}
	confine(&vm, 1);
	run(&vm, "gate_1_and_confined_1", seconds);
	close(colo);
	vm_free(&vm);
	return failures();
}
