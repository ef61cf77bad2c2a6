/** The service's one configuration file, typed and validated at start. */
@NullMarked
package dev.hacolo.service.config;

import org.jspecify.annotations.NullMarked;
