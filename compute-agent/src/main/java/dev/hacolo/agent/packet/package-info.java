/**
 * What is in the frames of a guest: codec of QEMU's packet sockets, parser, rewriting. Pure: bytes
 * in, values out; no clock, no I/O, no threads.
 */
@NullMarked
package dev.hacolo.agent.packet;

import org.jspecify.annotations.NullMarked;
