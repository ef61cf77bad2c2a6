package dev.hacolo.agent.qemu;

import dev.hacolo.agent.qmp.QmpEvent;

/**
 * Tells a secondary's packet path of the states that are loaded. The VM stands still from before
 * its state is replaced until it runs on the new one.
 *
 * <p>Somebody else may stop it too (an operator, a full disk). Then nothing is loaded, and counting
 * it would make the path forget what the VM still needs; so QEMU is asked what it stopped for. Not
 * counting a load, on the other hand, ends the protection at most. The path takes the VM for
 * stopped until the next load, which is the next checkpoint.
 *
 * <p>A stop and cont of somebody else's that is over before QEMU answers is not told apart.
 */
final class SecondaryPauses implements ColoVm.Pauses {
  private static final String CHECKPOINT = "colo";

  private final ColoVm vm;
  private final PacketPath path;
  private boolean paused;
  private long pauses;

  SecondaryPauses(ColoVm vm, PacketPath path) {
    this.vm = vm;
    this.path = path;
  }

  @Override
  public void stopped(QmpEvent stop) {
    paused = true;
    long mine = ++pauses;
    path.stopped(stop.stamp());
    vm.object("query-status")
        .onSuccess(status -> stoppedFor(mine, status.getString("status", CHECKPOINT)));
  }

  private void stoppedFor(long pause, String status) {
    if (paused && pause == pauses && !status.equals(CHECKPOINT)) {
      vm.strangersStop();
    }
  }

  @Override
  public void resumed(long nanos) {
    paused = false;
    path.resumed();
  }
}
