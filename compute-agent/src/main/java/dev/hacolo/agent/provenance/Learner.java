package dev.hacolo.agent.provenance;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The background search: one thread for all VMs of an agent, which get turns of about 1 ms in
 * order. Between turns it sleeps so long that it takes its share of a CPU and no more; with nothing
 * to do it sleeps until a body is offered.
 */
public final class Learner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Learner.class);
  private static final long TURN_NANOS = 1_000_000;

  /** How often an idle learner looks whether a QEMU has ended. */
  private static final long IDLE_NANOS = 1_000_000_000;

  private static final long JOIN_MILLIS = 2_000;

  private final LearningPolicy policy;
  private final List<LearningVm> vms = new CopyOnWriteArrayList<>();
  private final Thread thread = new Thread(this::run, "ha-colo-learner");
  private final AtomicBoolean started = new AtomicBoolean();
  private volatile boolean stopped;

  /** Whether it sleeps until something comes. */
  private volatile boolean resting;

  /** A learner that sleeps. */
  @SuppressWarnings("ThreadPriorityCheck") // The search must not take a CPU from guests.
  public Learner(LearningPolicy policy) {
    this.policy = policy;
    thread.setDaemon(true);
  }

  /** Starts the thread; once. */
  public void start() {
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("started already");
    }
    thread.start();
  }

  /**
   * Adds a VM. It is given up when it is closed or its QEMU has ended; the memory stays the
   * caller's to close.
   *
   * @param memory its memory
   * @param key of the digests, {@link dev.hacolo.agent.digest.ContentDigest#KEY_BYTES}; the same as
   *     the index's
   * @param loop runs what is found, on the VM's packet loop
   * @param learnt takes what is found, there
   */
  public LearningVm add(GuestMemory memory, byte[] key, Executor loop, Consumer<Learnt> learnt) {
    LearningVm vm = new LearningVm(this, policy, memory, key, loop, learnt);
    vms.add(vm);
    wake();
    return vm;
  }

  /** How many VMs there are. */
  public int size() {
    return vms.size();
  }

  /** Cheap for the packet loops: a busy learner finds what came by itself. */
  void wake() {
    if (resting) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    if (!LinuxCalls.lowestPriority()) {
      LOG.info("the learner keeps its ordinary priority");
    }
    while (!stopped) {
      long began = System.nanoTime();
      boolean busy = false;
      for (LearningVm vm : vms) {
        busy |= !stopped && turn(vm);
      }
      long spent = System.nanoTime() - began;
      if (busy) {
        sleep((long) (spent * (1 / policy.cpuShare() - 1)));
      } else {
        rest();
      }
    }
  }

  /** In full, whatever is offered meanwhile. */
  private void sleep(long nanos) {
    long until = System.nanoTime() + nanos;
    for (long left = nanos; left > 0 && !stopped; left = until - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
    }
  }

  private void rest() {
    resting = true;
    // What came before `resting` was seen has woken nobody: look again.
    if (!stopped && vms.stream().allMatch(LearningVm::idle)) {
      LockSupport.parkNanos(this, IDLE_NANOS);
    }
    resting = false;
  }

  private boolean turn(LearningVm vm) {
    if (vm.over()) {
      vms.remove(vm);
      vm.release();
      return false;
    }
    if (vm.idle()) {
      return false;
    }
    long began = System.nanoTime();
    long now = began;
    try {
      while (!stopped && !vm.idle() && now - began < TURN_NANOS) {
        vm.step(now);
        now = System.nanoTime();
      }
    } catch (RuntimeException e) {
      // One VM's fault must not end the search for the others.
      LOG.error("search in a guest's memory given up", e);
      vms.remove(vm);
      vm.release();
    }
    vm.spent(now - began);
    return true;
  }

  /** Stops the thread and waits for it, 2 s at most. */
  @Override
  public void close() {
    stopped = true;
    LockSupport.unpark(thread);
    try {
      thread.join(JOIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!thread.isAlive()) {
      vms.forEach(LearningVm::release);
      vms.clear();
    }
  }
}
