/** Tests. */
@NullMarked
package dev.hacolo.service;

import org.jspecify.annotations.NullMarked;
