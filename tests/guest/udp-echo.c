/*
 * Sends every datagram back to where it came from: UDP echo (RFC 862). Debian's own echo servers
 * fork for each datagram or bring an inetd along; this one is a loop, and linked statically.
 *   udp-echo PORT
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	static char data[65536];
	struct sockaddr_in here = { .sin_family = AF_INET };
	int port = argc == 2 ? atoi(argv[1]) : 0;
	int fd;

	if (port < 1 || port > 65535) {
		fprintf(stderr, "usage: udp-echo PORT\n");
		return 2;
	}
	here.sin_port = htons((unsigned short)port);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof(here)) < 0) {
		perror("udp-echo");
		return 1;
	}
	if (daemon(0, 0) < 0) {
		perror("udp-echo");
		return 1;
	}
	for (;;) {
		struct sockaddr_in from;
		socklen_t length = sizeof(from);
		ssize_t n = recvfrom(fd, data, sizeof(data), 0, (struct sockaddr *)&from, &length);

		/* A client that has gone is no reason to end: errors (ICMP) are for that one datagram. */
		if (n >= 0)
			sendto(fd, data, (size_t)n, 0, (struct sockaddr *)&from, length);
	}
}
