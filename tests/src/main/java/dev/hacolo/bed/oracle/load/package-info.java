/** Clients of the guest's services that write down all they ask and are answered. */
@NullMarked
package dev.hacolo.bed.oracle.load;

import org.jspecify.annotations.NullMarked;
