package dev.hacolo.agent.module;

import dev.hacolo.agent.domain.StepException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Optional;

/**
 * Program that tries the agent's client on the real device, for tests/kmod:
 *
 * <pre>java -cp ... dev.hacolo.agent.module.ModuleDeviceCheck QEMU_PID [TOKENS]</pre>
 *
 * <p>The VM must be paused (QMP {@code stop}) until the line with {@code "step":"gated"} comes:
 * then the gate is set to TOKENS (1) and stays so until a line, or the end, of standard input
 * comes; the VM may be continued meanwhile. After {@code "step":"held"} it waits for another one;
 * by then the VM must be paused again, and the pages that it wrote are counted. Needs the classes
 * of common and compute-agent, the latter's test classes, JNA, vertx-core, jackson-core,
 * netty-buffer and netty-common. Prints a line of JSON for each step; the last one has {@code
 * "ok"}. Exit status 0 if everything was as it should be, 1 if not, 2 for wrong arguments.
 */
public final class ModuleDeviceCheck {
  private final long process;
  private final int tokens;

  private ModuleDeviceCheck(long process, int tokens) {
    this.process = process;
    this.tokens = tokens;
  }

  /** See the class. */
  public static void main(String[] arguments) {
    int status = 2;
    try {
      status = check(arguments);
    } catch (NumberFormatException e) {
      tell(new JsonObject().put("ok", false).put("failure", "no number: " + e.getMessage()));
    }
    System.exit(status);
  }

  private static int check(String[] arguments) {
    if (arguments.length < 1 || arguments.length > 2) {
      tell(new JsonObject().put("ok", false).put("failure", "QEMU_PID [TOKENS]"));
      return 2;
    }
    long process = Long.parseLong(arguments[0]);
    int tokens = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
    try (ColoModule module = ColoModule.ofThisHost()) {
      new ModuleDeviceCheck(process, tokens).run(module);
      tell(new JsonObject().put("ok", true));
      return 0;
    } catch (StepException | AssertionError | IOException e) {
      tell(new JsonObject().put("ok", false).put("failure", e.getMessage()));
      return 1;
    }
  }

  private void run(ColoModule module) throws IOException {
    for (Feature feature : Feature.values()) {
      Optional<String> reason = module.unusable(feature);
      expect(reason.isEmpty(), reason.orElse(""));
    }
    refused(module, ProcessHandle.current().pid(), "has no VM of KVM");
    try (VmLease vm = module.lease(process)) {
      tell(step("attached").put("figures", figures(vm.figures())));
      onlyOnce(module);
      rotate(vm);
      gate(vm);
      count(vm);
      expect(vm.alive(), "the VM has ended");
    }
    expect(module.attached() == 0, "something is left attached");
    module.lease(process).close();
    tell(step("attached again"));
  }

  private void onlyOnce(ColoModule module) {
    try (ColoModule second = ColoModule.ofThisHost()) {
      refused(second, process, "is attached by another descriptor");
    }
    try (VmLease shared = module.lease(process)) {
      expect(shared.alive(), "the VM has ended");
    }
  }

  private static void refused(ColoModule module, long process, String part) {
    String message = "";
    try (VmLease unwanted = module.lease(process)) {
      expect(!unwanted.alive(), "attached, but it should be that it " + part);
    } catch (StepException e) {
      message = String.valueOf(e.getMessage());
    }
    expect(message.contains(part), "it should be that it %s: %s".formatted(part, message));
  }

  /** The second one is of an epoch in which nothing ran. */
  private static void rotate(VmLease vm) {
    long before = System.nanoTime();
    Rotation first = vm.rotate();
    long nanos = System.nanoTime() - before;
    long pages = vm.pages(first.epoch()).cardinality();
    expect(pages == first.dirty(), "%d bits, %d dirty".formatted(pages, first.dirty()));
    Rotation second = vm.rotate();
    expect(second.epoch() == first.epoch() + 1, "epoch %d follows".formatted(second.epoch()));
    expect(second.dirty() == 0, "%d dirty in an epoch without a run".formatted(second.dirty()));
    expect(vm.figures().memory().epoch() == second.epoch() + 1, "the epoch is another one");
    tell(
        step("rotated")
            .put("micros", nanos / 1000)
            .put("dirty", first.dirty())
            .put("marks", first.marks())
            .put("outside", first.outside())
            .put("logged", first.logged()));
  }

  private void gate(VmLease vm) throws IOException {
    vm.gate(GateSetting.of(tokens));
    expect(vm.figures().gate().tokens() == tokens, "the gate is not set");
    tell(step("gated").put("tokens", tokens));
    awaitLine();
    VmFigures held = vm.figures();
    expect(held.gate().mostHeld() <= tokens, "%d tokens held".formatted(held.gate().mostHeld()));
    tell(step("held").put("figures", figures(held)));
    vm.gate(GateSetting.OPEN);
    expect(vm.figures().gate().tokens() == 0, "the gate is not open");
  }

  /** What the VM has written since the attach, if its dirty log is on. */
  private static void count(VmLease vm) throws IOException {
    awaitLine();
    Rotation rotation = vm.rotate();
    long pages = vm.pages(rotation.epoch()).cardinality();
    expect(pages == rotation.dirty(), "%d bits, %d dirty".formatted(pages, rotation.dirty()));
    expect(rotation.marks() >= pages, "%d marks".formatted(rotation.marks()));
    tell(step("counted").put("dirty", pages).put("marks", rotation.marks()));
  }

  private static void awaitLine() throws IOException {
    for (int next = System.in.read(); next >= 0 && next != '\n'; ) {
      next = System.in.read();
    }
  }

  private static JsonObject step(String name) {
    return new JsonObject().put("step", name);
  }

  private static JsonObject figures(VmFigures figures) {
    return new JsonObject()
        .put("epoch", figures.memory().epoch())
        .put("pages", figures.memory().pages())
        .put("marks", figures.memory().marks())
        .put("vcpus", figures.vcpus())
        .put("tokens", figures.gate().tokens())
        .put("most_held", figures.gate().mostHeld())
        .put("acquired", figures.gate().acquired())
        .put("waits", figures.gate().waits())
        .put("longest_wait_us", figures.gate().longestWaitNanos() / 1000)
        .put("halts", figures.gate().halts())
        .put("revocations", figures.gate().revocations())
        .put("let_by", figures.gate().letBy());
  }

  private static void expect(boolean holds, String failure) {
    if (!holds) {
      throw new AssertionError(failure);
    }
  }

  @SuppressWarnings("SystemOut")
  private static void tell(JsonObject line) {
    System.out.println(line.encode());
  }
}
