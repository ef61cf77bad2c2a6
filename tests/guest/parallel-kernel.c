/*
 * A computation that uses every CPU and makes its threads wait for each other all the time, in the
 * manner of the PARSEC benchmarks: a stencil over an array, a barrier behind each round, and a
 * histogram whose bins are guarded by locks. What comes out depends on the question alone, not on
 * the number of threads or on who gets a lock first.
 *   parallel-kernel PORT
 *
 * One line asked, one line answered, one computation at a time:
 *   RUN seed rounds     SUM number    0 < rounds <= 1000
 * Anything else is answered with ERROR. See KernelTalk for the same in Java.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CELLS 4096
#define BINS 64
#define LINE 256
#define MOST_ROUNDS 1000
#define MOST_THREADS 64

struct bin {
	pthread_mutex_t lock;
	uint32_t sum;
} __attribute__((aligned(64)));

static int threads;
static pthread_barrier_t gate;	/* all threads and the one that asks */
static pthread_barrier_t round_end;	/* all threads */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static uint32_t cells[2][CELLS];
static struct bin bins[BINS];
static int rounds;

static void step(int thread, int round)
{
	const uint32_t *from = cells[round & 1];
	uint32_t *to = cells[(round + 1) & 1];
	int first = CELLS * thread / threads, last = CELLS * (thread + 1) / threads;

	for (int i = first; i < last; i++) {
		uint32_t left = from[(i + CELLS - 1) % CELLS], right = from[(i + 1) % CELLS];
		uint32_t next = (left ^ (from[i] << 5)) + (right >> 3) * 2654435761u + (uint32_t)round;

		to[i] = next;
		if ((next & 15) == 0) {
			struct bin *bin = &bins[(next >> 4) % BINS];

			pthread_mutex_lock(&bin->lock);
			bin->sum += next;
			pthread_mutex_unlock(&bin->lock);
		}
	}
}

static void *work(void *argument)
{
	int thread = (int)(intptr_t)argument;

	for (;;) {
		pthread_barrier_wait(&gate);
		for (int round = 0; round < rounds; round++) {
			step(thread, round);
			pthread_barrier_wait(&round_end);
		}
		pthread_barrier_wait(&gate);
	}
	return NULL;
}

static uint32_t run(uint32_t seed, int wanted)
{
	uint32_t state = seed, sum = 0;

	pthread_mutex_lock(&one_at_a_time);
	for (int i = 0; i < CELLS; i++)
		cells[0][i] = state = state * 1664525u + 1013904223u;
	for (int i = 0; i < BINS; i++)
		bins[i].sum = 0;
	rounds = wanted;
	pthread_barrier_wait(&gate);
	pthread_barrier_wait(&gate);
	for (int i = 0; i < BINS; i++)
		sum = sum * 31 + bins[i].sum;
	pthread_mutex_unlock(&one_at_a_time);
	return sum;
}

static void answer(char *out, const char *line)
{
	uint32_t seed;
	int wanted;

	if (sscanf(line, "RUN %u %d", &seed, &wanted) == 2 && wanted > 0 && wanted <= MOST_ROUNDS)
		sprintf(out, "SUM %u\n", run(seed, wanted));
	else
		strcpy(out, "ERROR\n");
}

/* Serves a connection until it ends or says a line that is too long. */
static void *serve(void *argument)
{
	int fd = (int)(intptr_t)argument;
	char line[LINE], out[LINE];
	size_t have = 0;
	ssize_t n;

	while (have < LINE && (n = read(fd, line + have, LINE - have)) > 0) {
		char *end;

		have += (size_t)n;
		while ((end = memchr(line, '\n', have))) {
			size_t used = (size_t)(end - line) + 1;

			*end = 0;
			answer(out, line);
			if (write(fd, out, strlen(out)) != (ssize_t)strlen(out))
				goto over;
			memmove(line, line + used, have - used);
			have -= used;
		}
	}
over:
	close(fd);
	return NULL;
}

static int start_threads(void)
{
	pthread_mutexattr_t adaptive;

	threads = (int)sysconf(_SC_NPROCESSORS_ONLN);
	if (threads > MOST_THREADS)
		threads = MOST_THREADS;
	pthread_mutexattr_init(&adaptive);
	pthread_mutexattr_settype(&adaptive, PTHREAD_MUTEX_ADAPTIVE_NP);
	for (int i = 0; i < BINS; i++)
		pthread_mutex_init(&bins[i].lock, &adaptive);
	pthread_barrier_init(&gate, NULL, (unsigned)threads + 1);
	pthread_barrier_init(&round_end, NULL, (unsigned)threads);
	for (int i = 0; i < threads; i++) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, work, (void *)(intptr_t)i) != 0)
			return 0;
		pthread_detach(thread);
	}
	return 1;
}

static int listener(int port)
{
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof(here)) < 0 || listen(fd, 64) < 0)
		return -1;
	return fd;
}

int main(int argc, char **argv)
{
	int port = argc == 2 ? atoi(argv[1]) : 0;
	int fd;

	if (port < 1 || port > 65535) {
		fprintf(stderr, "usage: parallel-kernel PORT\n");
		return 2;
	}
	fd = listener(port);
	if (fd < 0 || daemon(0, 0) < 0 || !start_threads()) {
		perror("parallel-kernel");
		return 1;
	}
	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		int client = accept(fd, NULL, NULL);
		int on = 1;
		pthread_t thread;

		if (client < 0)
			continue;
		setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)client) != 0)
			close(client);
		else
			pthread_detach(thread);
	}
}
