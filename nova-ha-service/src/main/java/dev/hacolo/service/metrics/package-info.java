/** Figures for Prometheus. */
@NullMarked
package dev.hacolo.service.metrics;

import org.jspecify.annotations.NullMarked;
