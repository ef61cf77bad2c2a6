package dev.hacolo.agent.driver;

import dev.hacolo.agent.qemu.ColoVm;
import dev.hacolo.common.api.GuestDescription.Disk;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * A started secondary.
 *
 * @param vm its monitor
 * @param active file of each disk's active overlay
 * @param hidden file of each disk's hidden overlay
 */
public record SecondaryVm(ColoVm vm, Function<Disk, Path> active, Function<Disk, Path> hidden) {}
