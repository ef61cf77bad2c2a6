/** What this host has and can run. */
@NullMarked
package dev.hacolo.agent.host;

import org.jspecify.annotations.NullMarked;
