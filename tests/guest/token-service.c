/*
 * A service whose answers are its own: it hands out random tokens and increasing numbers and
 * remembers them, so that two copies of it that are not kept equal give themselves away. A thread
 * for each connection, so that the order in which connections are served is the kernel's choice.
 *   token-service PORT
 *
 * One line asked, one line answered:
 *   TOKEN            TOKEN number token    a new token, 64 hexadecimal digits from getrandom()
 *   NEXT             NEXT number           the next number
 *   CHECK token...   CHECK 0110...         for each token, whether it is known
 *   COUNT            COUNT tokens numbers  how many of both there have been
 *   NOW              NOW nanoseconds       the clock
 *   RANDOM n         RANDOM digits         n random bytes
 *   BLOB k           BLOB text             1 KiB that depends on k alone
 *   PUSH text        PUSHED n              puts an item at the end of the queue; its length, or FULL
 *   POP              ITEM text             takes the head of the queue, or NONE
 *   LOOK i           ITEM text             the item at place i, counted from 0, or NONE
 *   DEPTH            DEPTH n               the length of the queue
 *   CLEAR            CLEAR                 empties it
 * Anything else is answered with ERROR. The last TOKENS tokens are remembered.
 */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <time.h>
#include <unistd.h>

#define TOKENS 16384
#define CHAINS 4096
#define TOKEN_BYTES 32
#define CONNECTIONS 64
#define LINE 8192
#define MOST_RANDOM 1024
#define BLOB_BYTES 1024
#define ITEMS 256
#define ITEM_BYTES 2048

/* Everything below is guarded by the lock. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned char tokens[TOKENS][TOKEN_BYTES];
static int chains[CHAINS];	/* newest token of a chain plus 1; 0 ends it */
static int older[TOKENS];
static long issued;
static long numbers;
static int connections;
static char items[ITEMS][ITEM_BYTES];	/* as they are sent, line ends included */
static long head;
static long tail;

static int chain_of(const unsigned char *token)
{
	return (token[0] << 8 | token[1]) % CHAINS;
}

/* Takes the oldest token, which is the last of its chain, out. */
static void forget(int slot)
{
	int *link = &chains[chain_of(tokens[slot])];

	while (*link != slot + 1)
		link = &older[*link - 1];
	*link = older[slot];
}

static long remember(const unsigned char *token)
{
	int slot, *chain;
	long number;

	pthread_mutex_lock(&lock);
	slot = (int)(issued % TOKENS);
	if (issued >= TOKENS)
		forget(slot);
	memcpy(tokens[slot], token, TOKEN_BYTES);
	chain = &chains[chain_of(token)];
	older[slot] = *chain;
	*chain = slot + 1;
	number = ++issued;
	pthread_mutex_unlock(&lock);
	return number;
}

static int is_known(const unsigned char *token)
{
	int at;

	pthread_mutex_lock(&lock);
	for (at = chains[chain_of(token)]; at; at = older[at - 1])
		if (memcmp(tokens[at - 1], token, TOKEN_BYTES) == 0)
			break;
	pthread_mutex_unlock(&lock);
	return at != 0;
}

static void hex(char *out, const unsigned char *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * n] = 0;
}

static int random_bytes(unsigned char *bytes, size_t n)
{
	return getrandom(bytes, n, 0) == (ssize_t)n;
}

static void token(char *out)
{
	unsigned char bytes[TOKEN_BYTES];
	char text[2 * TOKEN_BYTES + 1];

	if (!random_bytes(bytes, sizeof(bytes))) {
		strcpy(out, "ERROR");
		return;
	}
	hex(text, bytes, sizeof(bytes));
	sprintf(out, "TOKEN %ld %s", remember(bytes), text);
}

static int unhex(unsigned char *bytes, const char *text)
{
	if (strlen(text) != 2 * TOKEN_BYTES)
		return 0;
	for (int i = 0; i < TOKEN_BYTES; i++)
		if (sscanf(text + 2 * i, "%2hhx", &bytes[i]) != 1)
			return 0;
	return 1;
}

static void check(char *out, char *words)
{
	unsigned char bytes[TOKEN_BYTES];
	char *place = NULL;
	size_t n = (size_t)sprintf(out, "CHECK ");

	for (char *w = strtok_r(words, " ", &place); w; w = strtok_r(NULL, " ", &place))
		out[n++] = unhex(bytes, w) && is_known(bytes) ? '1' : '0';
	out[n] = 0;
}

static void next(char *out)
{
	long number;

	pthread_mutex_lock(&lock);
	number = ++numbers;
	pthread_mutex_unlock(&lock);
	sprintf(out, "NEXT %ld", number);
}

static void count(char *out)
{
	pthread_mutex_lock(&lock);
	sprintf(out, "COUNT %ld %ld", issued, numbers);
	pthread_mutex_unlock(&lock);
}

static void now(char *out)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	sprintf(out, "NOW %lld", t.tv_sec * 1000000000LL + t.tv_nsec);
}

static void random_text(char *out, int n)
{
	unsigned char bytes[MOST_RANDOM];

	if (n < 1 || n > MOST_RANDOM || !random_bytes(bytes, (size_t)n)) {
		strcpy(out, "ERROR");
		return;
	}
	hex(out + sprintf(out, "RANDOM "), bytes, (size_t)n);
}

/* Letters from a linear congruential generator (Numerical Recipes' constants). */
static void blob(char *out, uint32_t k)
{
	uint32_t state = k;

	out += sprintf(out, "BLOB ");
	for (int i = 0; i < BLOB_BYTES; i++) {
		state = state * 1664525u + 1013904223u;
		*out++ = (char)('a' + (state >> 24) % 26);
	}
	*out = 0;
}

static void push(char *out, const char *text)
{
	pthread_mutex_lock(&lock);
	if (tail - head == ITEMS || strlen(text) > ITEM_BYTES - 8) {
		strcpy(out, "FULL");
	} else {
		sprintf(items[tail++ % ITEMS], "ITEM %s\n", text);
		sprintf(out, "PUSHED %ld", tail - head);
	}
	pthread_mutex_unlock(&lock);
}

/* The item at a place, without its line end. */
static void item(char *out, long place, int takes)
{
	pthread_mutex_lock(&lock);
	if (place < 0 || place >= tail - head) {
		strcpy(out, "NONE");
	} else {
		strcpy(out, items[(head + place) % ITEMS]);
		out[strlen(out) - 1] = 0;
		head += takes;
	}
	pthread_mutex_unlock(&lock);
}

static void depth(char *out)
{
	pthread_mutex_lock(&lock);
	sprintf(out, "DEPTH %ld", tail - head);
	pthread_mutex_unlock(&lock);
}

static void clear(char *out)
{
	pthread_mutex_lock(&lock);
	head = tail;
	pthread_mutex_unlock(&lock);
	strcpy(out, "CLEAR");
}

static void answer(char *out, char *line)
{
	if (strcmp(line, "TOKEN") == 0)
		token(out);
	else if (strcmp(line, "NEXT") == 0)
		next(out);
	else if (strncmp(line, "CHECK ", 6) == 0)
		check(out, line + 6);
	else if (strcmp(line, "COUNT") == 0)
		count(out);
	else if (strcmp(line, "NOW") == 0)
		now(out);
	else if (strncmp(line, "RANDOM ", 7) == 0)
		random_text(out, atoi(line + 7));
	else if (strncmp(line, "BLOB ", 5) == 0)
		blob(out, (uint32_t)atoi(line + 5));
	else if (strncmp(line, "PUSH ", 5) == 0)
		push(out, line + 5);
	else if (strcmp(line, "POP") == 0)
		item(out, 0, 1);
	else if (strncmp(line, "LOOK ", 5) == 0)
		item(out, atol(line + 5), 0);
	else if (strcmp(line, "DEPTH") == 0)
		depth(out);
	else if (strcmp(line, "CLEAR") == 0)
		clear(out);
	else
		strcpy(out, "ERROR");
}

static int say(int fd, const char *text, size_t n)
{
	while (n) {
		ssize_t sent = write(fd, text, n);

		if (sent <= 0)
			return 0;
		text += sent;
		n -= (size_t)sent;
	}
	return 1;
}

/* Serves a connection until it ends or says a line that is too long. */
static void converse(int fd)
{
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
			strcat(out, "\n");
			if (!say(fd, out, strlen(out)))
				return;
			memmove(line, line + used, have - used);
			have -= used;
		}
	}
}

static int admit(int change)
{
	int admitted;

	pthread_mutex_lock(&lock);
	admitted = change < 0 || connections < CONNECTIONS;
	if (admitted)
		connections += change;
	pthread_mutex_unlock(&lock);
	return admitted;
}

static void *serve(void *argument)
{
	int fd = (int)(intptr_t)argument;

	converse(fd);
	close(fd);
	admit(-1);
	return NULL;
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
		fprintf(stderr, "usage: token-service PORT\n");
		return 2;
	}
	fd = listener(port);
	if (fd < 0 || daemon(0, 0) < 0) {
		perror("token-service");
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
		if (!admit(1)) {
			close(client);
		} else if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)client) != 0) {
			close(client);
			admit(-1);
		} else {
			pthread_detach(thread);
		}
	}
}
