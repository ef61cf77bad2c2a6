/** What COLO needs of a QEMU process, as sequences of QMP commands. */
@NullMarked
package dev.hacolo.agent.qemu;

import org.jspecify.annotations.NullMarked;
