// SPDX-License-Identifier: Apache-2.0
/*
 * Makes COLO work in stock QEMU under TCG, by LD_PRELOAD. KVM has neither fault: never use it there.
 *
 * Fault 1, a deadlock. At a checkpoint the migration thread saves RAM without the big QEMU lock
 * (BQL). On the way memory_global_after_dirty_log_sync() calls run_on_cpu(), which waits on a
 * condition with the BQL that the thread does not hold, and comes back holding it for ever.
 * Here such a wait takes the BQL first and gives it back afterwards.
 *
 * Fault 2, missed dirty pages. cpu_physical_memory_sync_dirty_bitmap(), in its fast path, clears
 * dirty bits and leaves the vCPUs' TLB entries marked dirty; later writes through them go unseen,
 * and the secondary's memory is wrong. Here the migration thread flushes every vCPU's TLB at the
 * end of each synchronisation, which is where run_on_cpu() is called: after the bits have been
 * cleared and before a page is read.
 *
 * Where the hooks sit. Calls inside QEMU cannot be interposed, its calls to libc can:
 *  - run_on_cpu() kicks the vCPU with pthread_cond_broadcast(). Without the BQL that is the moment
 *    to flush: the vCPU may do the work so soon that nobody waits afterwards.
 *  - With the BQL held no vCPU can do the work before run_on_cpu() waits, so the wait is the moment;
 *    there, and not at the kick, the caller expects the lock to be let go.
 *
 * Threads are told apart by their names: QEMU must run with -name ...,debug-threads=on.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* run_on_cpu_data of QEMU's hw/core/cpu.h: one machine word, passed by value. */
typedef union {
    uint64_t word;
    void *pointer;
} work_data;

typedef void work_func(void *cpu, work_data data);

/* A missed wake-up costs at most this; all waiters of QEMU check their condition again. */
#define RECHECK_NS 2000000L

static int (*libc_cond_wait)(pthread_cond_t *, pthread_mutex_t *);
static int (*libc_cond_broadcast)(pthread_cond_t *);

static struct {
    void *(*get_cpu)(int index);
    void (*tlb_flush)(void *cpu);
    void (*run_on_cpu)(void *cpu, work_func *func, work_data data);
    bool (*bql_locked)(void);
    void (*bql_lock)(const char *file, int line);
    void (*bql_unlock)(void);
} qemu;

static bool active; /* the process is a QEMU with all that is needed */
static _Atomic(pthread_mutex_t *) bql;

enum role { UNKNOWN, OTHER, VCPU, MIGRATION };
static __thread enum role role;
static __thread bool flushing;

/* dlsym() gives object pointers, C wants function pointers: copied, as POSIX recommends. */
static bool find(void *function, const char *name, const char *newer_name)
{
    void *symbol = dlsym(RTLD_DEFAULT, name);

    if (!symbol && newer_name) {
        symbol = dlsym(RTLD_DEFAULT, newer_name);
    }
    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

static void find_libc(void)
{
    /* dlsym() would find the condition variables of glibc before 2.3.2. */
    void *wait = dlvsym(RTLD_NEXT, "pthread_cond_wait", "GLIBC_2.3.2");
    void *broadcast = dlvsym(RTLD_NEXT, "pthread_cond_broadcast", "GLIBC_2.3.2");

    if (!wait || !broadcast) {
        fputs("qemu_tcg_colo_fix: this C library is not glibc for x86-64\n", stderr);
        abort();
    }
    memcpy(&libc_cond_wait, &wait, sizeof wait);
    memcpy(&libc_cond_broadcast, &broadcast, sizeof broadcast);
}

__attribute__((constructor)) static void start(void)
{
    find_libc();
    active = find(&qemu.get_cpu, "qemu_get_cpu", NULL)
        && find(&qemu.tlb_flush, "tlb_flush", NULL)
        && find(&qemu.run_on_cpu, "run_on_cpu", NULL)
        && find(&qemu.bql_locked, "qemu_mutex_iothread_locked", "bql_locked")
        && find(&qemu.bql_lock, "qemu_mutex_lock_iothread_impl", "bql_lock_impl")
        && find(&qemu.bql_unlock, "qemu_mutex_unlock_iothread", "bql_unlock");
    if (!active && !strncmp(program_invocation_short_name, "qemu-system", 11)) {
        fputs("qemu_tcg_colo_fix: this QEMU does not export what the work-around needs; "
              "COLO under TCG would hang\n", stderr);
        exit(1);
    }
}

static enum role own_role(void)
{
    char name[16] = "";

    if (role == UNKNOWN) {
        pthread_getname_np(pthread_self(), name, sizeof name);
        if (!strncmp(name, "CPU ", 4)) {
            role = VCPU;
        } else if (!strcmp(name, "live_migration") || !strncmp(name, "mig/src", 7)) {
            role = MIGRATION;
        } else {
            role = OTHER;
        }
    }
    return role;
}

static void nothing(void *cpu, work_data data)
{
    (void)cpu;
    (void)data;
}

/* Returns when every vCPU has flushed its TLB. Takes the BQL if the thread does not hold it. */
static void flush_all_tlbs(void)
{
    const work_data none = { 0 };
    const bool take = !qemu.bql_locked();
    void *cpu;

    flushing = true;
    if (take) {
        qemu.bql_lock(__FILE__, __LINE__);
    }
    for (int i = 0; (cpu = qemu.get_cpu(i)) != NULL; i++) {
        /* From another thread tlb_flush() only queues; the second call waits for the queue. */
        qemu.tlb_flush(cpu);
        qemu.run_on_cpu(cpu, nothing, none);
    }
    if (take) {
        qemu.bql_unlock();
    }
    flushing = false;
}

static int wait_briefly(pthread_cond_t *condition, pthread_mutex_t *mutex)
{
    struct timespec until;
    int error;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += RECHECK_NS;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    error = pthread_cond_timedwait(condition, mutex, &until);
    return error == ETIMEDOUT ? 0 : error;
}

static int migration_wait(pthread_cond_t *condition, pthread_mutex_t *mutex)
{
    int error;

    if (flushing) {
        return wait_briefly(condition, mutex);
    }
    if (qemu.bql_locked()) {
        flush_all_tlbs();
        return 0;
    }
    qemu.bql_lock(__FILE__, __LINE__);
    error = wait_briefly(condition, mutex);
    qemu.bql_unlock();
    return error;
}

int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex)
{
    if (!libc_cond_wait) {
        find_libc(); /* another library's constructor came first */
    }
    if (active) {
        if (own_role() == VCPU && !atomic_load(&bql)) {
            /* A vCPU thread's first wait is for its VM to be started, with the BQL. */
            atomic_store(&bql, mutex);
        }
        if (own_role() == MIGRATION && mutex == atomic_load(&bql)) {
            return migration_wait(condition, mutex);
        }
    }
    return libc_cond_wait(condition, mutex);
}

int pthread_cond_broadcast(pthread_cond_t *condition)
{
    int error;

    if (!libc_cond_broadcast) {
        find_libc();
    }
    error = libc_cond_broadcast(condition);
    if (active && !flushing && own_role() == MIGRATION && !qemu.bql_locked()) {
        flush_all_tlbs();
    }
    return error;
}
