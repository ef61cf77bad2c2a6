/** The demonstration: a Nova event makes a guest non-stop, and it survives the loss of its node. */
@NullMarked
package dev.hacolo.bed.demo;

import org.jspecify.annotations.NullMarked;
