package dev.hacolo.agent.proxy;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.file.Path;

/** Unix sockets that a QEMU of this host listens on. */
final class QemuSocket {
  private QemuSocket() {}

  /** Connects, which takes no time for a Unix socket. */
  static Socket connect(Path path) throws IOException {
    Socket socket = Socket.newSocketDomain();
    try {
      if (!socket.connect(new DomainSocketAddress(path.toFile()))) {
        throw new IOException("nobody accepts");
      }
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Closes; what cannot be closed is of no use either. */
  static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // There is nothing left to lose.
    }
  }
}
