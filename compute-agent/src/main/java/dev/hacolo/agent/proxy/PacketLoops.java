package dev.hacolo.agent.proxy;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Event loops of the packet path. Each session's proxy lives on one of them; nothing that can block
 * or takes long runs there. They are epoll loops: the JDK's selector knows milliseconds only, so
 * that Netty spins through the last half of each of the packet path's short delays.
 */
public final class PacketLoops implements AutoCloseable {
  private final IoEventLoopGroup group;

  /** Starts threads when they are first used. */
  public PacketLoops(int threads) {
    group =
        new MultiThreadIoEventLoopGroup(
            threads, new DefaultThreadFactory("packets", true), EpollIoHandler.newFactory());
  }

  /** As many loops as the host can spare without starving its guests. */
  public static PacketLoops ofHost() {
    return new PacketLoops(
        Math.min(4, Math.max(1, Runtime.getRuntime().availableProcessors() / 2)));
  }

  /** The loops, each as something that runs tasks. */
  public List<Executor> executors() {
    List<Executor> all = new ArrayList<>();
    group.forEach(all::add);
    return all;
  }

  IoEventLoop next() {
    return group.next();
  }

  /** Ends the threads; sockets on them are closed. */
  @Override
  public void close() {
    var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
