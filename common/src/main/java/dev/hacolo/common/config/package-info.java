/** Typed, validating access to the one configuration file of a process. */
@NullMarked
package dev.hacolo.common.config;

import org.jspecify.annotations.NullMarked;
