#!/usr/bin/env python3
"""Captures dialogues of real memcached, redis and nginx for CaptureReplayTest, as capture.py does:

    apt-get install memcached redis-server nginx
    python3 compute-agent/src/test/captures/daemons.py [NAME ...]

Each run has a new daemon, in the guest's namespace, that is ended with it. Both runs of a dialogue
are held at the same time, each between namespaces of its own, and begin at the begin of a second:
nginx tells the time in each answer, and the two VMs of a pair have the same clock.
"""
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import capture
from capture import G4, G6, V4, V6, enter, text, until

MEMCACHED, REDIS, NGINX = 11211, 6379, 80
FILES = {"page.html": 700, "data.bin": 40000}
CONFIGURATION = """
daemon off; master_process off; pid {0}/pid; error_log {0}/error;
events {{ worker_connections 64; }}
http {{
  access_log off; default_type text/html; keepalive_timeout 20; sendfile on; tcp_nopush on;
  client_body_temp_path {0}/body; proxy_temp_path {0}/proxy; fastcgi_temp_path {0}/fastcgi;
  uwsgi_temp_path {0}/uwsgi; scgi_temp_path {0}/scgi;
  server {{
    listen 80; listen [::]:80; root {0}/www;
    location = /echo {{ return 200 "$arg_v\\n"; }}
  }}
}}
"""


def nginx_files(directory):
    www = pathlib.Path(directory, "www")
    www.mkdir()
    for name, size in FILES.items():
        path = www / name
        path.write_bytes(text(size, size))
        os.utime(path, (1_700_000_000, 1_700_000_000))
    for path in pathlib.Path(directory), www:
        path.chmod(0o755)
    configuration = pathlib.Path(directory, "nginx.conf")
    configuration.write_text(CONFIGURATION.format(directory))
    return configuration


def command(port, directory):
    if port == MEMCACHED:
        return ["memcached", "-u", "root", "-t", "1", "-l", "0.0.0.0"]
    if port == REDIS:
        bind = ["--bind", "0.0.0.0", "::", "--protected-mode", "no"]
        return ["redis-server", *bind, "--save", "", "--dir", directory]
    return ["nginx", "-p", directory, "-c", str(nginx_files(directory))]


class Daemon:
    """A daemon in the guest's namespace that answers."""

    def __init__(self, port):
        self.directory = tempfile.mkdtemp(prefix="hc-daemon-")
        words = command(port, self.directory)
        found = shutil.which(words[0], path=os.environ["PATH"] + ":/usr/sbin")
        if not found:
            sys.exit(f"{words[0]} is not here: install memcached, redis-server and nginx")
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", capture.GUEST, found, *words[1:]],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        enter(capture.GUEST)
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        self.end()
        sys.exit(f"{words[0]} does not answer")

    def end(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.directory)


def connect(family, own, port):
    s = capture.sock(family)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    s.bind(("", own))
    s.connect((G6 if family == V6 else G4, port))
    return s


def ask(s, question, end):
    s.sendall(question)
    answer = until(s, end)
    assert answer.endswith(end), (question, answer)
    return answer


def store(key, value, verb=b"set"):
    return b"%s %s 0 0 %d\r\n%s\r\n" % (verb, key, len(value), value)


def memcached_values(family):
    s = connect(family, 5101, MEMCACHED)
    for i in range(4):
        ask(s, store(b"key%d" % i, text(100 + 900 * i, i)), b"STORED\r\n")
        ask(s, b"get key%d\r\n" % i, b"END\r\n")
    ask(s, store(b"n", b"41"), b"STORED\r\n")
    ask(s, b"incr n 1\r\n", b"42\r\n")
    ask(s, store(b"n", b"0", b"append"), b"STORED\r\n")
    ask(s, store(b"n", b"x", b"add"), b"NOT_STORED\r\n")
    ask(s, b"gets n key0\r\n", b"END\r\n")
    ask(s, b"delete key0\r\n", b"DELETED\r\n")
    ask(s, b"get key0\r\n", b"END\r\n")
    ask(s, b"nonsense\r\n", b"ERROR\r\n")
    s.sendall(b"quit\r\n")
    capture.drain(s)
    s.close()


def memcached_pipelined(family):
    s = connect(family, 5102, MEMCACHED)
    values = b"".join(store(b"p%d" % i, text(300, i)) for i in range(30))
    ask(s, values, b"STORED\r\n" * 30)
    keys = b" ".join(b"p%d" % i for i in range(30))
    ask(s, b"get %s\r\nversion\r\n" % keys, b"VERSION 1.6.18\r\n")
    ask(s, store(b"large", text(20000)), b"STORED\r\n")
    ask(s, b"get large\r\n" * 2, text(20000)[-9:] + b"\r\nEND\r\n")
    s.close()


def memcached_two_clients(family):
    a, b = connect(family, 5103, MEMCACHED), connect(family, 5104, MEMCACHED)
    ask(a, store(b"shared", b"1"), b"STORED\r\n")
    for _ in range(5):
        unique = ask(a, b"gets shared\r\n", b"END\r\n").split()[4]
        ask(b, b"incr shared 3\r\n", b"\r\n")
        ask(a, b"cas shared 0 0 1 %s\r\n1\r\n" % unique, b"EXISTS\r\n")
        ask(b, b"gets shared\r\n", b"END\r\n")
    a.close()
    b.close()


def resp(*words):
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words)


def redis_commands(family):
    s = connect(family, 5111, REDIS)
    ask(s, b"PING\r\n", b"+PONG\r\n")
    ask(s, resp(b"SET", b"key", text(3000)), b"+OK\r\n")
    ask(s, resp(b"GET", b"key"), text(3000)[-9:] + b"\r\n")
    for i in range(5):
        ask(s, resp(b"RPUSH", b"list", text(60, i)), b":%d\r\n" % (i + 1))
    ask(s, resp(b"LRANGE", b"list", b"0", b"-1"), text(60, 4)[-9:] + b"\r\n")
    ask(s, resp(b"LPOP", b"list"), text(60, 0)[-9:] + b"\r\n")
    ask(s, resp(b"HSET", b"hash", b"a", b"1", b"b", b"2"), b":2\r\n")
    ask(s, resp(b"HGETALL", b"hash"), b"$1\r\n2\r\n")
    ask(s, resp(b"GET", b"nothing"), b"$-1\r\n")
    ask(s, resp(b"INCR", b"key"), b"out of range\r\n")
    ask(s, resp(b"QUIT"), b"+OK\r\n")
    capture.drain(s)
    s.close()


def redis_pipelined(family):
    s = connect(family, 5112, REDIS)
    ask(s, b"".join(resp(b"INCR", b"n") for _ in range(100)), b":100\r\n")
    ask(
        s,
        resp(b"MULTI") + b"".join(resp(b"INCRBY", b"n", b"7") for _ in range(10)) + resp(b"EXEC"),
        b":170\r\n",
    )
    large = text(8000)
    ask(s, resp(b"SET", b"large", large) + resp(b"GET", b"large") * 3, large[-9:] + b"\r\n")
    s.close()


def redis_publish(family):
    a, b = connect(family, 5113, REDIS), connect(family, 5114, REDIS)
    ask(a, resp(b"SUBSCRIBE", b"news"), b":1\r\n")
    for i in range(6):
        ask(b, resp(b"PUBLISH", b"news", text(40 + 700 * i, i)), b":1\r\n")
        until(a, text(40 + 700 * i, i)[-9:] + b"\r\n")
    ask(a, resp(b"UNSUBSCRIBE", b"news"), b":0\r\n")
    a.close()
    b.close()


def redis_blocking(family):
    a, b = connect(family, 5115, REDIS), connect(family, 5116, REDIS)
    for i in range(4):
        a.sendall(resp(b"BLPOP", b"queue", b"10"))
        time.sleep(0.03)
        ask(b, resp(b"RPUSH", b"queue", text(50, i)), b":1\r\n")
        until(a, text(50, i)[-9:] + b"\r\n")
    a.close()
    b.close()


def get(path, *headers, method=b"GET"):
    lines = [method + b" " + path + b" HTTP/1.1", b"Host: guest", *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def nginx_keep_alive(family):
    s = connect(family, 5121, NGINX)
    page = text(700, 700)[-9:]
    tag = ask(s, get(b"/page.html"), page).split(b"ETag: ")[1].split(b"\r\n")[0]
    ask(s, get(b"/page.html", b"If-None-Match: " + tag), b"\r\n\r\n")
    ask(s, get(b"/page.html", b"Range: bytes=100-199"), text(700, 700)[191:200])
    ask(s, get(b"/page.html", method=b"HEAD"), b"\r\n\r\n")
    ask(s, get(b"/nothing"), b"</html>\r\n")
    ask(s, get(b"/echo?v=hello"), b"hello\n")
    ask(s, get(b"/page.html", b"Connection: close"), page)
    capture.drain(s)
    s.close()


def nginx_data(family):
    s = connect(family, 5122, NGINX)
    end = text(FILES["data.bin"], FILES["data.bin"])[-9:]
    ask(s, get(b"/data.bin"), end)
    s.close()


def nginx_pipelined(family):
    s = connect(family, 5123, NGINX)
    ask(s, b"".join(get(b"/echo?v=%d" % i) for i in range(8)) + get(b"/echo?v=last"), b"last\n")
    s.close()


# name: (dialogue, port, family, offloads, one of so many frames to the client is lost)
DIALOGUES = {
    "memcached-values": (memcached_values, MEMCACHED, V4, True, 0),
    "memcached-pipelined": (memcached_pipelined, MEMCACHED, V4, True, 0),
    "memcached-two-clients": (memcached_two_clients, MEMCACHED, V4, True, 0),
    "redis-commands": (redis_commands, REDIS, V4, True, 0),
    "redis-pipelined": (redis_pipelined, REDIS, V6, True, 0),
    "redis-publish": (redis_publish, REDIS, V4, True, 0),
    "redis-blocking": (redis_blocking, REDIS, V4, False, 0),
    "redis-loss": (redis_commands, REDIS, V4, True, 6),
    "nginx-keep-alive": (nginx_keep_alive, NGINX, V4, True, 0),
    "nginx-data": (nginx_data, NGINX, V4, True, 0),
    "nginx-data-v6": (nginx_data, NGINX, V6, False, 0),
    "nginx-pipelined": (nginx_pipelined, NGINX, V4, True, 0),
}


def hold(name, run, begin):
    """One run, in a process of its own."""
    capture.GUEST, capture.CLIENT = f"hcg{os.getpid()}", f"hcc{os.getpid()}"
    client, port, family, offloads, loss = DIALOGUES[name]
    daemon = None
    try:
        capture.build()
        daemon = Daemon(port)
        time.sleep(max(0.0, begin - time.time()))
        frames = capture.hold((None, client), family, offloads, loss)
        (capture.OUT / f"{name}.{run}.txt").write_text("\n".join(frames) + "\n")
        print(name, run, len(frames), flush=True)
    finally:
        if daemon:
            daemon.end()
        capture.remove()


def main():
    for name in sys.argv[1:] or list(DIALOGUES):
        begin = int(time.time()) + 12 + 0.05
        children = []
        for run in 1, 2:
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    hold(name, run, begin)
                    status = 0
                finally:
                    os._exit(status)
            children.append(child)
        if any([os.waitpid(child, 0)[1] for child in children]):
            sys.exit(f"{name} was not captured")


if __name__ == "__main__":
    main()
