/** nova-ha-service: turns Nova events into protected pairs and decides who goes on alone. */
@NullMarked
package dev.hacolo.service;

import org.jspecify.annotations.NullMarked;
