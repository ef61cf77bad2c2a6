/** The test bed: two compute nodes, a control plane and clients on one machine. */
@NullMarked
package dev.hacolo.bed;

import org.jspecify.annotations.NullMarked;
