/*
 * Opens connections on demand: each UDP datagram "PORT" makes it connect to the datagram's sender
 * at that TCP port and send back what comes from there, until the other end closes. So a test can
 * have connections that the guest opened.
 *   dial-back UDP-PORT
 */
#include <stdio.h>
#include <stdlib.h>
#include <signal.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

static void echo(struct sockaddr_in peer)
{
	static char data[65536];
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	ssize_t n;

	if (fd < 0 || connect(fd, (struct sockaddr *)&peer, sizeof(peer)) < 0)
		exit(1);
	while ((n = read(fd, data, sizeof(data))) > 0) {
		for (ssize_t sent = 0; sent < n;) {
			ssize_t more = write(fd, data + sent, (size_t)(n - sent));

			if (more <= 0)
				exit(1);
			sent += more;
		}
	}
	exit(0);
}

int main(int argc, char **argv)
{
	struct sockaddr_in here = { .sin_family = AF_INET };
	int port = argc == 2 ? atoi(argv[1]) : 0;
	int fd;

	if (port < 1 || port > 65535) {
		fprintf(stderr, "usage: dial-back UDP-PORT\n");
		return 2;
	}
	here.sin_port = htons((unsigned short)port);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof(here)) < 0 || daemon(0, 0) < 0) {
		perror("dial-back");
		return 1;
	}
	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		char text[8] = "";
		struct sockaddr_in from;
		socklen_t length = sizeof(from);
		int wanted;

		if (recvfrom(fd, text, sizeof(text) - 1, 0, (struct sockaddr *)&from, &length) < 0)
			continue;
		wanted = atoi(text);
		if (wanted < 1 || wanted > 65535)
			continue;
		from.sin_port = htons((unsigned short)wanted);
		if (fork() == 0) {
			close(fd);
			echo(from);
		}
	}
}
