package dev.hacolo.agent.module;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Stands for a kernel with the module, on its true wire formats: it gets the same requests and the
 * same bytes, and gives the same errors. Every living process is a QEMU with a VM of KVM. Several
 * processes of agents may use it: each has its {@linkplain Client calls}.
 */
public final class FakeModule {
  /** Guest pages of every VM. */
  public static final int PAGES = 1000;

  private static final int HALF = 4096;
  private static final int VM_DESCRIPTOR = 11;

  /** What the module tells of itself. */
  public int abi = ModuleAbi.ABI;

  /** Its features. */
  public int features = ModuleAbi.FEATURE_DIRTY | ModuleAbi.FEATURE_GATE;

  /** vCPUs of every VM. */
  public int vcpus = 2;

  /** Whether vCPUs run: then no epoch ends. */
  public boolean running;

  /** Pages whose writes are noted. */
  public long logged = PAGES;

  /** Errors of calls that shall fail, by name: "open", "pidfd_getfd", "mmap", "attach" ... */
  public final Map<String, Integer> errors = new HashMap<>();

  /** Processes without KVM. */
  public final Set<Long> withoutKvm = new HashSet<>();

  /** Processes that have ended, whatever the machine says. */
  public final Set<Long> ended = new HashSet<>();

  private final Map<Long, Vm> attached = new HashMap<>();

  /** An attached VM. */
  private static final class Vm {
    final long process;
    final ByteBuffer map = ByteBuffer.allocateDirect(3 * HALF).order(ByteOrder.nativeOrder());
    long epoch = 1;
    long marks;
    long marksBefore;
    long outside;
    long outsideBefore;
    int tokens;
    int slice;
    int bound;
    boolean dead;

    Vm(long process) {
      this.process = process;
      map.putInt(ModuleAbi.HEADER_MAGIC, ModuleAbi.MAGIC)
          .putInt(ModuleAbi.HEADER_ABI, ModuleAbi.ABI)
          .putLong(ModuleAbi.HEADER_GFNS, PAGES)
          .putLong(ModuleAbi.HEADER_HALF_BYTES, HALF)
          .putLong(ModuleAbi.HEADER_HALF_OFFSET, HALF)
          .putLong(ModuleAbi.HEADER_HALF_OFFSET + 8, 2 * HALF)
          .putLong(ModuleAbi.HEADER_EPOCH, epoch);
    }

    int half() {
      return HALF + (int) (epoch % 2) * HALF;
    }
  }

  /** An agent's module on this kernel, as a process of its own would have it. */
  public ColoModule agent() {
    return ColoModule.on(new Client());
  }

  /** Tokens in force for the VM of a process; 0 without a gate. */
  public synchronized int tokens(long process) {
    Vm vm = attached.get(process);
    return vm == null ? 0 : vm.tokens;
  }

  /** Slice and bound in force for the VM of a process, in microseconds. */
  public synchronized String times(long process) {
    Vm vm = attached.get(process);
    return vm == null ? "" : vm.slice + "/" + vm.bound;
  }

  /** Processes whose VM is attached. */
  public synchronized Set<Long> attached() {
    return new TreeSet<>(attached.keySet());
  }

  /** A vCPU writes to a page. */
  public synchronized void write(long process, int page) {
    Vm vm = attached.get(process);
    if (vm == null) {
      return;
    }
    vm.marks++;
    if (page >= PAGES) {
      vm.outside++;
      return;
    }
    int at = vm.half() + page / 8;
    vm.map.put(at, (byte) (vm.map.get(at) | 1 << page % 8));
  }

  /** A QEMU ends, and another one gets its number: the attached VM is not that one's. */
  public synchronized void endVm(long process) {
    Vm vm = attached.remove(process);
    if (vm != null) {
      vm.dead = true;
    }
  }

  private boolean alive(Vm vm) {
    return !vm.dead && alive(vm.process);
  }

  private boolean alive(long process) {
    return !ended.contains(process)
        && ProcessHandle.of(process).map(ProcessHandle::isAlive).orElse(false);
  }

  /** One process's descriptors. */
  final class Client implements KernelCalls {
    private final Map<Integer, Object> open = new HashMap<>();
    private int next = 3;

    private int take(Object what) {
      open.put(next, what);
      return next++;
    }

    private int error(String call) {
      return errors.getOrDefault(call, 0);
    }

    /** Descriptors that are open. */
    int descriptors() {
      return open.size();
    }

    /** The process dies. */
    void exit() {
      synchronized (FakeModule.this) {
        new TreeSet<>(open.keySet()).forEach(this::close);
      }
    }

    @Override
    public int open(String path) {
      synchronized (FakeModule.this) {
        int error = path.equals("/dev/ha_colo") ? error("open") : ENOENT;
        return error != 0 ? -error : take("device");
      }
    }

    @Override
    public int pidfdOpen(long process) {
      synchronized (FakeModule.this) {
        return alive(process) ? take(process) : -ESRCH;
      }
    }

    @Override
    public Set<Integer> virtualMachines(long process) {
      return withoutKvm.contains(process) ? Set.of() : Set.of(VM_DESCRIPTOR);
    }

    @Override
    public int pidfdGetfd(int pidfd, int descriptor) {
      synchronized (FakeModule.this) {
        int error = descriptor == VM_DESCRIPTOR ? error("pidfd_getfd") : EBADF;
        if (error == 0 && !(open.get(pidfd) instanceof Long)) {
          error = EBADF;
        }
        return error != 0 ? -error : take(new long[] {(Long) open.get(pidfd)});
      }
    }

    @Override
    public int ioctl(int descriptor, int request, ByteBuffer argument) {
      synchronized (FakeModule.this) {
        Object file = open.get(descriptor);
        if (file == null) {
          return -EBADF;
        }
        if (argument.capacity() != (request >> 16 & 0x3fff)) {
          throw new AssertionError("a structure of " + argument.capacity() + " bytes");
        }
        if (request == ModuleAbi.REQUEST_INFO) {
          argument.putInt(0, abi).putInt(4, features);
          return -error("info");
        }
        if (request == ModuleAbi.REQUEST_ATTACH) {
          return attach(descriptor, file, argument);
        }
        return file instanceof Vm vm ? onVm(vm, request, argument) : -ENODEV;
      }
    }

    private int attach(int descriptor, Object file, ByteBuffer argument) {
      if (file instanceof Vm) {
        return -EBUSY;
      }
      Object vm = open.get(argument.getInt(0));
      if (!(vm instanceof long[] process)) {
        return vm == null ? -EBADF : -EINVAL;
      }
      if (argument.getInt(4) != 0 || argument.getLong(32) != 0) {
        return -EINVAL;
      }
      if (error("attach") != 0) {
        return -error("attach");
      }
      Vm before = attached.get(process[0]);
      if (before != null) {
        return -EEXIST;
      }
      Vm made = new Vm(process[0]);
      attached.put(process[0], made);
      open.put(descriptor, made);
      argument.putLong(8, PAGES).putLong(16, HALF).putLong(24, 3 * HALF);
      return 0;
    }

    private int onVm(Vm vm, int request, ByteBuffer argument) {
      if (request == ModuleAbi.REQUEST_STAT) {
        return stat(vm, argument);
      }
      if (!alive(vm)) {
        return -ENODEV;
      }
      if (request == ModuleAbi.REQUEST_ROTATE) {
        return running ? -EBUSY : rotate(vm, argument);
      }
      if (request == ModuleAbi.REQUEST_GATE) {
        return gate(vm, argument);
      }
      return -ENOTTY;
    }

    private int rotate(Vm vm, ByteBuffer argument) {
      long dirty = 0;
      for (int i = 0; i < HALF; i++) {
        dirty += Integer.bitCount(vm.map.get(vm.half() + i) & 0xff);
      }
      argument
          .putLong(0, vm.epoch)
          .putLong(8, dirty)
          .putLong(16, vm.marks - vm.marksBefore)
          .putLong(24, vm.outside - vm.outsideBefore)
          .putLong(32, logged);
      vm.marksBefore = vm.marks;
      vm.outsideBefore = vm.outside;
      vm.epoch++;
      vm.map.put(vm.half(), new byte[HALF]);
      vm.map.putLong(ModuleAbi.HEADER_EPOCH, vm.epoch);
      return 0;
    }

    private int gate(Vm vm, ByteBuffer argument) {
      if ((features & ModuleAbi.FEATURE_GATE) == 0) {
        return -EOPNOTSUPP;
      }
      if (error("gate") != 0) {
        return -error("gate");
      }
      int slice = argument.getInt(4);
      if (argument.getInt(0) > 1024 || slice < 500 || slice > 1_000_000) {
        return -EINVAL;
      }
      vm.tokens = argument.getInt(0);
      vm.slice = slice;
      vm.bound = argument.getInt(8);
      return 0;
    }

    private int stat(Vm vm, ByteBuffer argument) {
      argument
          .putLong(0, vm.epoch)
          .putLong(8, PAGES)
          .putLong(16, vm.marks)
          .putLong(24, vm.outside)
          .putLong(32, vm.epoch - 1)
          .putInt(40, alive(vm) ? 1 : 0)
          .putInt(44, vcpus)
          .putInt(48, vm.tokens);
      return 0;
    }

    @Override
    public Mapped map(int descriptor, long bytes) {
      synchronized (FakeModule.this) {
        int error = open.get(descriptor) instanceof Vm ? error("mmap") : ENODEV;
        if (error == 0 && bytes > 3 * HALF) {
          error = EINVAL;
        }
        return error != 0 || !(open.get(descriptor) instanceof Vm vm)
            ? new Mapped(error, ByteBuffer.allocate(0))
            : new Mapped(0, vm.map.asReadOnlyBuffer().order(ByteOrder.nativeOrder()));
      }
    }

    @Override
    public void unmap(ByteBuffer mapped) {}

    @Override
    public void close(int descriptor) {
      synchronized (FakeModule.this) {
        Object file = open.remove(descriptor);
        if (file == null) {
          throw new AssertionError("descriptor %d is not open".formatted(descriptor));
        }
        if (file instanceof Vm vm) {
          attached.remove(vm.process, vm);
        }
      }
    }
  }
}
