/** Nova's versioned notifications: from the broker to the pair table. */
@NullMarked
package dev.hacolo.service.notification;

import org.jspecify.annotations.NullMarked;
