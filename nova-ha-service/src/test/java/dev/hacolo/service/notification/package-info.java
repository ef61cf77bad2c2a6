/** Tests. */
@NullMarked
package dev.hacolo.service.notification;

import org.jspecify.annotations.NullMarked;
