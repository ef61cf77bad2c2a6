package dev.hacolo.bed.guest;

import dev.hacolo.common.api.GuestDescription;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Command line of a plain guest, with the device names that agents expect. */
final class QemuCommandLine {
  private final List<String> words = new ArrayList<>();

  private QemuCommandLine() {}

  static List<String> plain(
      Emulator emulator,
      GuestDescription guest,
      Map<String, String> disks,
      Path console,
      Path qmpSocket) {
    QemuCommandLine line = new QemuCommandLine();
    line.add(emulator.binary().toString(), "-name", guest.name() + ",debug-threads=on");
    line.add("-uuid", guest.uuid().toString(), "-nodefaults", "-no-user-config");
    line.add("-display", "none", "-machine", guest.machine());
    line.add("-accel", emulator.accelArgument(), "-cpu", guest.cpu());
    line.add("-smp", Integer.toString(guest.vcpus()), "-m", guest.memoryKib() + "K");
    line.add("-serial", "file:" + console);
    line.add("-qmp", "unix:" + qmpSocket + ",server=on,wait=off");
    GuestDescription.Boot boot = guest.boot();
    if (boot != null) {
      line.add("-kernel", boot.kernel(), "-initrd", boot.initrd(), "-append", boot.append());
    }
    guest.nics().forEach(line::nic);
    guest.disks().forEach(disk -> line.disk(disk, String.valueOf(disks.get(disk.id()))));
    return line.words;
  }

  private void nic(GuestDescription.Nic nic) {
    add(
        "-netdev",
        "tap,id=%s,ifname=%s,script=no,downscript=no,vhost=off".formatted(nic.netdev(), nic.tap()),
        "-device",
        "%s,id=%s,netdev=%s,mac=%s,addr=%s,romfile="
            .formatted(nic.model(), nic.id(), nic.netdev(), nic.mac(), nic.pciAddress()));
  }

  private void disk(GuestDescription.Disk disk, String file) {
    add(
        "-blockdev",
        "driver=file,node-name=file-%s,filename=%s".formatted(disk.id(), file),
        "-blockdev",
        "driver=%s,node-name=%s,file=file-%s".formatted(disk.format(), disk.node(), disk.id()),
        "-device",
        "virtio-blk-pci,id=%s,drive=%s,addr=%s,share-rw=on"
            .formatted(disk.id(), disk.node(), disk.pciAddress()));
  }

  private void add(String... more) {
    Collections.addAll(words, more);
  }
}
