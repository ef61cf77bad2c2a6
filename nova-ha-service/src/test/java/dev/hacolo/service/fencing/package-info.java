/** Tests of the fencing command. */
@NullMarked
package dev.hacolo.service.fencing;

import org.jspecify.annotations.NullMarked;
