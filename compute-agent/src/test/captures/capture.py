#!/usr/bin/env python3
"""Captures the dialogues that CaptureReplayTest replays.

Run as root on Linux with iproute2, nft and ethtool; needs no network:

    python3 compute-agent/src/test/captures/capture.py [NAME ...]

Two network namespaces of this process's own, joined by a veth pair, play a guest (10.77.0.2,
fd77::2) and a client (10.77.0.9, fd77::9). Each dialogue is held twice, so the two captures have
their own sequence numbers, timestamps and cuts: one is replayed as the primary VM, the other as the
secondary. What the guest's end of the veth sees is written to
src/test/resources/compare/captures/NAME.{1,2}.txt, one Ethernet frame a line in hex, `>` for what
the guest gets and `<` for what it sends. Dialogues last at most 20 s; the namespaces are removed at
the end, whatever happens.
"""
import ctypes
import os
import pathlib
import select
import socket
import struct
import subprocess
import sys
import threading
import time

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources/compare/captures"
GUEST, CLIENT = f"hcg{os.getpid()}", f"hcc{os.getpid()}"
G4, C4, G6, C6 = "10.77.0.2", "10.77.0.9", "fd77::2", "fd77::9"
LIBC = ctypes.CDLL(None, use_errno=True)
LIMIT = 20


def sh(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def enter(name):
    """Moves the calling thread into a namespace; its sockets stay there."""
    with open(f"/run/netns/{name}") as f:
        if LIBC.setns(f.fileno(), 0x40000000) != 0:
            raise OSError(ctypes.get_errno(), "setns")


def inside(name, *words):
    sh("ip", "netns", "exec", name, *words)


def build():
    for name in GUEST, CLIENT:
        sh("ip", "netns", "add", name)
    inside(GUEST, "ip", "link", "add", "v0", "type", "veth", "peer", "name", "v0", "netns", CLIENT)
    for name, four, six in (GUEST, G4, G6), (CLIENT, C4, C6):
        inside(name, "ip", "addr", "add", four + "/24", "dev", "v0")
        inside(name, "ip", "addr", "add", six + "/64", "dev", "v0", "nodad")
        inside(name, "ip", "link", "set", "lo", "up")
        inside(name, "ip", "link", "set", "v0", "up")
        inside(name, "sysctl", "-qw", "net.ipv4.tcp_tw_reuse=1", "net.ipv6.conf.v0.router_solicitations=0")
    # Until the multicast reports of the new interfaces are over.
    time.sleep(5)


def remove():
    for name in GUEST, CLIENT:
        subprocess.run(["ip", "netns", "del", name], check=False)


class Capture(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self.frames, self.ready, self.over = [], threading.Event(), threading.Event()

    def run(self):
        enter(GUEST)
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        s.bind(("v0", 0))
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self.ready.set()
        while not (self.over.is_set() and not select.select([s], [], [], 0.1)[0]):
            if select.select([s], [], [], 0.1)[0]:
                data, address = s.recvfrom(70000)
                self.frames.append(("<" if address[2] == 4 else ">") + " " + data.hex())


def sock(family, kind=socket.SOCK_STREAM):
    s = socket.socket(family, kind)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.settimeout(LIMIT)
    return s


def text(n, salt=0):
    """Content that does not repeat."""
    return bytes((i * i * 31 + i * 7 + (i >> 8) * 13 + salt) % 251 for i in range(n))


def until(s, end):
    data = b""
    while not data.endswith(end):
        more = s.recv(65536)
        if not more:
            break
        data += more
    return data


def drain(s, pause=0.0, size=65536):
    while s.recv(size):
        time.sleep(pause)


def served(handle, count=1):
    """A server of the guest on port 80 for `count` connections, one after another or at once."""

    def run(family, ready):
        enter(GUEST)
        l = sock(family)
        l.bind((G6 if family == socket.AF_INET6 else G4, 80))
        l.listen(16)
        ready.set()
        threads = []
        for _ in range(count):
            c, _ = l.accept()
            c.settimeout(LIMIT)
            threads.append(threading.Thread(target=handle, args=(c,), daemon=True))
            threads[-1].start()
        for t in threads:
            t.join(LIMIT)
        l.close()

    return run


def connect(family, port, buffer=0):
    s = sock(family)
    if buffer:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    s.bind(("", port))
    s.connect((G6 if family == socket.AF_INET6 else G4, 80))
    return s


def answer(c, body, close=True):
    until(c, b"\r\n\r\n")
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    if close:
        c.close()


GET = b"GET / HTTP/1.1\r\nHost: guest\r\n\r\n"


def http(size):
    def client(family):
        s = connect(family, 5001)
        s.sendall(GET)
        drain(s)
        s.close()

    return served(lambda c: answer(c, text(size))), client


def keep_alive(rounds):
    def handle(c):
        for i in range(rounds):
            answer(c, text(200, i), False)
        c.close()

    def client(family):
        s = connect(family, 5002)
        for _ in range(rounds):
            s.sendall(GET)
            time.sleep(0.03)
            s.recv(65536)
        drain(s)
        s.close()

    return served(handle), client


def pipelined():
    def handle(c):
        data = b""
        for i in range(5):
            while b"\r\n\r\n" not in data:
                data += c.recv(65536)
            data = data.split(b"\r\n\r\n", 1)[1]
            c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + text(900, i))
        c.close()

    def client(family):
        s = connect(family, 5003)
        s.sendall(GET * 5)
        drain(s)
        s.close()

    return served(handle), client




def refused_client(family):
    for port in 5004, 5005, 5006:
        s = sock(family)
        s.bind(("", port))
        try:
            s.connect((G4, 81))
        except ConnectionRefusedError:
            pass
        s.close()


def client_ends_first():
    def handle(c):
        drain(c)
        c.sendall(text(5000))
        c.close()

    def client(family):
        s = connect(family, 5007)
        s.sendall(text(3000))
        s.shutdown(socket.SHUT_WR)
        drain(s)
        s.close()

    return served(handle), client


def guest_ends_first():
    def handle(c):
        c.sendall(text(700))
        c.shutdown(socket.SHUT_WR)
        drain(c)
        c.close()

    def client(family):
        s = connect(family, 5008)
        drain(s)
        s.sendall(text(2000))
        s.close()

    return served(handle), client


def both_end():
    barrier = threading.Barrier(2)

    def handle(c):
        c.sendall(b"welcome")
        barrier.wait(LIMIT)
        c.shutdown(socket.SHUT_WR)
        drain(c)
        c.close()

    def client(family):
        s = connect(family, 5009)
        s.recv(100)
        barrier.wait(LIMIT)
        s.shutdown(socket.SHUT_WR)
        drain(s)
        s.close()

    return served(handle), client


def abort(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()


def client_aborts():
    def handle(c):
        try:
            c.sendall(text(600))
            drain(c)
        except ConnectionError:
            pass
        c.close()

    def client(family):
        s = connect(family, 5010)
        s.recv(100)
        time.sleep(0.1)
        abort(s)

    return served(handle), client


def guest_aborts():
    def handle(c):
        c.sendall(text(800))
        time.sleep(0.2)
        abort(c)

    def client(family):
        s = connect(family, 5011)
        try:
            drain(s)
        except ConnectionError:
            pass
        s.close()

    return served(handle), client


def slow_reader():
    def client(family):
        s = connect(family, 5012, 2304)
        s.sendall(GET)
        time.sleep(1.2)
        drain(s, 0.01, 1500)
        s.close()

    return served(lambda c: answer(c, text(20000))), client


def chat():
    def handle(c):
        c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for i in range(30):
            c.sendall(text(1 + i % 7, i))
            time.sleep(0.004)
            if i % 3 == 0:
                c.recv(1)
        c.close()

    def client(family):
        s = connect(family, 5013)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for i in range(10):
            s.sendall(b"%d" % i)
            time.sleep(0.01)
        drain(s)
        s.close()

    return served(handle), client


def upload():
    def handle(c):
        got = 0
        while got < 12000:
            got += len(c.recv(65536))
        c.sendall(b"stored %d\n" % got)
        c.close()

    def client(family):
        s = connect(family, 5014)
        s.sendall(text(12000))
        drain(s)
        s.close()

    return served(handle), client


def again():
    """The same ports for two connections."""

    def client(family):
        for i in range(2):
            s = connect(family, 5015)
            s.sendall(GET)
            until(s, text(100)[-20:])
            abort(s) if i == 0 else s.close()
            time.sleep(0.1)

    def handle(c):
        try:
            answer(c, text(100), False)
            drain(c)
        except ConnectionError:
            pass
        c.close()

    return served(handle, 2), client


def many():
    def client(family):
        socks = [connect(family, 5020 + i) for i in range(8)]
        for s in socks:
            s.sendall(GET)
        for s in socks:
            drain(s)
            s.close()

    return served(lambda c: answer(c, text(3000)), 8), client


def idle():
    def handle(c):
        c.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        c.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
        c.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
        c.sendall(b"ready")
        until(c, b"go")
        c.sendall(b"gone")
        c.close()

    def client(family):
        s = connect(family, 5016)
        time.sleep(3.3)
        s.sendall(b"go")
        drain(s)
        s.close()

    return served(handle), client


def guest_opens():
    def server(family, ready):
        enter(CLIENT)
        l = sock(family)
        l.bind((C4, 90))
        l.listen(1)
        ready.set()
        c, _ = l.accept()
        until(c, b"\n")
        c.sendall(b"answer\n")
        drain(c)
        c.close()

    def client(family):
        enter(GUEST)
        s = sock(family)
        s.connect((C4, 90))
        s.sendall(b"question\n")
        until(s, b"\n")
        s.close()

    return server, client


def datagrams(sizes, family_is=socket.AF_INET):
    def server(family, ready):
        enter(GUEST)
        s = sock(family, socket.SOCK_DGRAM)
        s.bind((G6 if family == socket.AF_INET6 else G4, 53))
        ready.set()
        for size in sizes:
            data, peer = s.recvfrom(65536)
            s.sendto(data[:8] + text(size, size), peer)

    def client(family):
        s = sock(family, socket.SOCK_DGRAM)
        s.bind(("", 5017))
        for i in range(len(sizes)):
            s.sendto(b"query %02d" % i, (G6 if family == socket.AF_INET6 else G4, 53))
            s.recv(65536)

    return server, client


def echo():
    def client(family):
        s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        s.settimeout(LIMIT)
        for i in range(5):
            head = struct.pack("!BBHHH", 8, 0, 0, 0x1234, i) + text(56, i)
            total = sum(struct.unpack("!%dH" % (len(head) // 2), head))
            total = (total >> 16) + (total & 0xFFFF)
            total += total >> 16
            s.sendto(head[:2] + struct.pack("!H", ~total & 0xFFFF) + head[4:], (G4, 0))
            s.recv(1000)

    return None, client


V4, V6 = socket.AF_INET, socket.AF_INET6
# name: (dialogue, family, offloads, one of so many frames to the client is lost)
DIALOGUES = {
    "http-small": (http(300), V4, True, 0),
    "http-64k": (http(65536), V4, True, 0),
    "http-no-offload": (http(30000), V4, False, 0),
    "http-v6": (http(12000), V6, True, 0),
    "keep-alive": (keep_alive(5), V4, True, 0),
    "pipelined": (pipelined(), V4, True, 0),
    "refused": ((None, refused_client), V4, True, 0),
    "client-ends-first": (client_ends_first(), V4, True, 0),
    "guest-ends-first": (guest_ends_first(), V4, True, 0),
    "both-end": (both_end(), V4, True, 0),
    "client-aborts": (client_aborts(), V4, True, 0),
    "guest-aborts": (guest_aborts(), V4, True, 0),
    "slow-reader": (slow_reader(), V4, True, 0),
    "chat": (chat(), V4, True, 0),
    "upload": (upload(), V4, True, 0),
    "same-ports-again": (again(), V4, True, 0),
    "eight-at-once": (many(), V4, True, 0),
    "idle-keepalive": (idle(), V4, True, 0),
    "loss": (http(30000), V4, False, 6),
    "loss-offload": (http(24000), V4, True, 4),
    "loss-v6": (http(20000), V6, False, 5),
    "loss-chat": (chat(), V4, True, 5),
    "guest-opens": (guest_opens(), V4, True, 0),
    "dns": (datagrams([40, 120, 500, 40, 1200]), V4, True, 0),
    "udp-fragments": (datagrams([100, 4000, 9000]), V4, True, 0),
    "udp-fragments-v6": (datagrams([100, 4000, 9000]), V6, True, 0),
    "ping": (echo(), V4, True, 0),
}


def hold(dialogue, family, offloads, loss):
    (server, client) = dialogue
    for name in GUEST, CLIENT:
        state = "on" if offloads else "off"
        inside(name, "ethtool", "-K", "v0", "tso", state, "gso", state, "gro", "off")
    inside(CLIENT, "nft", "flush ruleset")
    if loss:
        rule = f"numgen random mod {loss} 0 meta l4proto tcp drop"
        inside(CLIENT, "nft", "add table inet t; add chain inet t c { type filter hook input priority 0; }; add rule inet t c " + rule)
    capture = Capture()
    capture.start()
    capture.ready.wait()
    ready = threading.Event()
    threads = []
    if server:
        threads.append(threading.Thread(target=server, args=(family, ready), daemon=True))
        threads[0].start()
        ready.wait()

    def run_client():
        enter(CLIENT)
        client(family)

    threads.append(threading.Thread(target=run_client, daemon=True))
    threads[-1].start()
    for t in threads:
        t.join(3 * LIMIT)
        if t.is_alive():
            raise TimeoutError("a dialogue does not end")
    time.sleep(0.3)
    capture.over.set()
    capture.join()
    return capture.frames


def main():
    names = sys.argv[1:] or list(DIALOGUES)
    OUT.mkdir(parents=True, exist_ok=True)
    try:
        build()
        for name in names:
            for run in 1, 2:
                dialogue, family, offloads, loss = DIALOGUES[name]
                frames = hold(dialogue, family, offloads, loss)
                (OUT / f"{name}.{run}.txt").write_text("\n".join(frames) + "\n")
                print(name, run, len(frames), flush=True)
    finally:
        remove()


if __name__ == "__main__":
    main()
