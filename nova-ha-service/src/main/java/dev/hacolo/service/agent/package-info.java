/** Agents as the service sees them: their reports, and the client that gives them orders. */
@NullMarked
package dev.hacolo.service.agent;

import org.jspecify.annotations.NullMarked;
