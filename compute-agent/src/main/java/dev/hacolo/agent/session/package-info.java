/** Runs the session of each pair: carries out what the pure machine decides. */
@NullMarked
package dev.hacolo.agent.session;

import org.jspecify.annotations.NullMarked;
