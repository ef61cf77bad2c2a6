/** The real guest: its image, the emulator, and the stand-in for nova-compute that starts it. */
@NullMarked
package dev.hacolo.bed.guest;

import org.jspecify.annotations.NullMarked;
