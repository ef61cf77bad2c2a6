/**
 * The proxies of the packet path, on event loops of their own: QEMU's packet sockets on one side,
 * the packet link between the agents on the other, the pure rules of {@code compare} in between.
 */
@NullMarked
package dev.hacolo.agent.proxy;

import org.jspecify.annotations.NullMarked;
