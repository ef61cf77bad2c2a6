/**
 * Driver for guests that are libvirt domains: what the domain's XML says (pure), libvirt's library
 * by JNA behind {@link dev.hacolo.agent.libvirt.Libvirt}, and the driver made of both.
 */
@NullMarked
package dev.hacolo.agent.libvirt;

import org.jspecify.annotations.NullMarked;
