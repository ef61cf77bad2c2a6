package dev.hacolo.agent.proxy;

/** What is done with a VM's frames at present. Confined to its loop; times in nanoseconds. */
interface Role extends PacketStreams.Reader {
  /** Takes in everything that the VM has sent; it stands still for a checkpoint. */
  void drain(long now);

  /** The VM runs again after a checkpoint. */
  void resumed(long now);

  /** Called every 10 ms or so. */
  void tick(long now);

  /** Ends the role; the sockets stay. */
  void close();
}
