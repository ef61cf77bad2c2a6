/** HTTPS interfaces for agents and operators; plain HTTP for health and metrics. */
@NullMarked
package dev.hacolo.service.api;

import org.jspecify.annotations.NullMarked;
