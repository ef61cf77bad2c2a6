/** Ends an agent that makes no progress: QEMU stands still where nobody drains its sockets. */
@NullMarked
package dev.hacolo.agent.watchdog;

import org.jspecify.annotations.NullMarked;
