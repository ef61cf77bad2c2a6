package dev.hacolo.bed;

import dev.hacolo.bed.guest.DirectGuest;
import dev.hacolo.bed.guest.Emulator;
import dev.hacolo.bed.guest.GuestBlueprint;
import dev.hacolo.bed.guest.GuestImage;
import dev.hacolo.bed.net.TwoNodeNetwork;
import dev.hacolo.bed.process.BedException;
import dev.hacolo.bed.process.Launcher;
import dev.hacolo.bed.process.RunDirectory;
import dev.hacolo.bed.process.RunRemoval;
import dev.hacolo.bed.process.StateDirectory;
import dev.hacolo.bed.traffic.TrafficProcess;
import dev.hacolo.common.api.GuestDescription;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Compute nodes in network namespaces, real guests, clients: all on this machine, all removed by
 * {@link #close}, by the end of the JVM, or by the next bed if the JVM was killed. Needs root and
 * QEMU. Thread-safe but for {@link #close}.
 */
public final class TwoNodeBed implements AutoCloseable {
  private final RunDirectory run;
  private final Launcher launcher;
  private final TwoNodeNetwork network;
  private final GuestImage image;
  private final Emulator emulator;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final boolean keep;

  private TwoNodeBed(StateDirectory state, List<String> nodes, boolean keep) {
    RunRemoval.removeAbandoned(state);
    this.keep = keep;
    this.run = state.newRun();
    // JNA would unpack its library into the home directory.
    System.setProperty("jna.tmpdir", run.directory("tmp").toString());
    this.launcher = new Launcher(run, keep);
    Runtime.getRuntime().addShutdownHook(new Thread(this::remove, "bed-removal"));
    try {
      // The probe of /dev/kvm may take its whole deadline: the rest goes on meanwhile.
      CompletableFuture<Emulator> probing =
          CompletableFuture.supplyAsync(() -> Emulator.find(state, run));
      this.image = GuestImage.build(state);
      this.network = TwoNodeNetwork.create(run, nodes);
      this.emulator = probing.join();
    } catch (CompletionException e) {
      remove();
      throw e.getCause() instanceof BedException cause ? cause : e;
    } catch (RuntimeException e) {
      remove();
      throw e;
    }
  }

  /** Two nodes, {@code node-a} and {@code node-b}, in the configured state directory. */
  public static TwoNodeBed create() {
    return create(StateDirectory.configured(), List.of("node-a", "node-b"), false);
  }

  /**
   * Makes the nodes.
   *
   * @param keep whether processes and files outlive this JVM once {@link RunDirectory#keep} has
   *     been called
   */
  public static TwoNodeBed create(StateDirectory state, List<String> nodes, boolean keep) {
    return new TwoNodeBed(state, nodes, keep);
  }

  /** The run's directory. */
  public RunDirectory run() {
    return run;
  }

  /** Starts processes of the run. */
  public Launcher launcher() {
    return launcher;
  }

  /** Namespaces and addresses. */
  public TwoNodeNetwork network() {
    return network;
  }

  /** What the guests boot. */
  public GuestImage image() {
    return image;
  }

  /** What runs them. */
  public Emulator emulator() {
    return emulator;
  }

  /** Directory of guest descriptors of a node's agent. */
  public Path guestsDirectory(String node) {
    return run.directory("nodes/" + node + "/guests");
  }

  /** Starts a guest plainly on a node, as nova-compute would; it may still be booting. */
  public DirectGuest startGuest(String node, UUID uuid, GuestBlueprint blueprint) {
    return startGuest(node, blueprint.describe(uuid, emulator, image));
  }

  /** Starts a guest of any hardware plainly on a node; it may still be booting. */
  public DirectGuest startGuest(String node, GuestDescription description) {
    return DirectGuest.start(
        run, launcher, network, network.node(node), emulator, description, guestsDirectory(node));
  }

  /** Starts the traffic client; it has no connection yet. */
  public TrafficProcess startTraffic() {
    return TrafficProcess.start(
        run,
        launcher,
        network.client(),
        TrafficProcess.Settings.of(GuestBlueprint.ADDRESS, image.directory().resolve("data.bin")));
  }

  /** Ends and removes everything. */
  @Override
  public void close() {
    remove();
    launcher.close();
  }

  private void remove() {
    boolean kept = keep && run.isKept();
    if (!kept && closed.compareAndSet(false, true)) {
      RunRemoval.remove(run);
    }
  }
}
