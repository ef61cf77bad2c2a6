/** Compute nodes with a libvirtd each, and domains on them, in namespaces of the bed's own. */
@NullMarked
package dev.hacolo.bed.libvirt;

import org.jspecify.annotations.NullMarked;
