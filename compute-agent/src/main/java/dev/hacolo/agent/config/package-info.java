/** Configuration of the agent. */
@NullMarked
package dev.hacolo.agent.config;

import org.jspecify.annotations.NullMarked;
