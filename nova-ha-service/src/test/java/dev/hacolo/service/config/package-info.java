/** Tests. */
@NullMarked
package dev.hacolo.service.config;

import org.jspecify.annotations.NullMarked;
