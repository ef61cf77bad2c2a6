/**
 * The whole product on one machine, up and ready: control plane, agents, a guest; and what the
 * service says of its pair. For the demo and for chaos.
 */
@NullMarked
package dev.hacolo.bed.stage;

import org.jspecify.annotations.NullMarked;
