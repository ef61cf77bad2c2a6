/** Level-triggered loop: compares what shall be with what is and gives the next order. */
@NullMarked
package dev.hacolo.service.orchestration;

import org.jspecify.annotations.NullMarked;
