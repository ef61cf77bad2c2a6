package dev.hacolo.agent.direct;

import dev.hacolo.common.api.GuestDescription;
import dev.hacolo.common.api.GuestDescription.Disk;
import dev.hacolo.common.api.GuestDescription.Nic;
import java.util.ArrayList;
import java.util.List;

/** Command line of a QEMU whose guest-visible hardware equals a description. Pure. */
final class SecondaryCommandLine {
  private SecondaryCommandLine() {}

  /** The arguments, the program first. No shell is involved. */
  static List<String> of(String qemu, GuestDescription guest, SecondaryFiles files) {
    List<String> line = new ArrayList<>(List.of(qemu));
    // Thread names: whoever looks at the process (and the TCG work-around) finds vCPUs by them.
    add(line, "-name", guest.name() + ",debug-threads=on");
    add(line, "-uuid", guest.uuid().toString());
    add(line, "-machine", guest.machine());
    add(line, "-accel", guest.accelerator().equals("tcg") ? "tcg,thread=multi" : "kvm");
    add(line, "-cpu", guest.cpu());
    add(line, "-smp", Integer.toString(guest.vcpus()));
    add(line, "-m", guest.memoryKib() + "K");
    line.addAll(List.of("-nodefaults", "-no-user-config", "-display", "none"));
    add(line, "-chardev", "ringbuf,id=console,size=65536");
    add(line, "-serial", "chardev:console");
    GuestDescription.Boot boot = guest.boot();
    if (boot != null) {
      add(line, "-kernel", boot.kernel());
      add(line, "-initrd", boot.initrd());
      add(line, "-append", boot.append());
    }
    guest.disks().forEach(disk -> addDisk(line, disk, files));
    guest.nics().forEach(nic -> addNic(line, nic));
    add(line, "-qmp", "unix:%s,server=on,wait=off".formatted(files.qmpSocket()));
    add(line, "-qmp", "unix:%s,server=on,wait=off".formatted(files.eventSocket()));
    add(line, "-pidfile", files.pidFile().toString());
    add(line, "-D", files.log().toString());
    add(line, "-incoming", "defer");
    line.add("-daemonize");
    return List.copyOf(line);
  }

  private static void addDisk(List<String> line, Disk disk, SecondaryFiles files) {
    String fileNode = "file-" + disk.id();
    add(
        line,
        "-blockdev",
        "driver=file,node-name=%s,filename=%s".formatted(fileNode, files.disk(disk)));
    add(
        line,
        "-blockdev",
        "driver=%s,node-name=%s,file=%s".formatted(disk.format(), disk.node(), fileNode));
    // share-rw: after promotion the node under the running device is exchanged.
    add(
        line,
        "-device",
        "virtio-blk-pci,id=%s,drive=%s,addr=%s,share-rw=on"
            .formatted(disk.id(), disk.node(), disk.pciAddress()));
  }

  private static void addNic(List<String> line, Nic nic) {
    add(
        line,
        "-netdev",
        "tap,id=%s,ifname=%s,script=no,downscript=no,vhost=off".formatted(nic.netdev(), nic.tap()));
    add(
        line,
        "-device",
        "%s,id=%s,netdev=%s,mac=%s,addr=%s,romfile="
            .formatted(nic.model(), nic.id(), nic.netdev(), nic.mac(), nic.pciAddress()));
  }

  private static void add(List<String> line, String option, String value) {
    line.add(option);
    line.add(value);
  }
}
