/** Pairs, host choice, decisions: no clock, no I/O, no threads; time is an argument. */
@NullMarked
package dev.hacolo.service.domain;

import org.jspecify.annotations.NullMarked;
