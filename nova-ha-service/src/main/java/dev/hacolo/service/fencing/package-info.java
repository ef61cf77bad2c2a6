/** The optional command that puts a host out of action after it has lost a claim without a word. */
@NullMarked
package dev.hacolo.service.fencing;

import org.jspecify.annotations.NullMarked;
