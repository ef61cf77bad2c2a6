/** The openstack4j implementation of the port to OpenStack, held against the stand-in. */
@NullMarked
package dev.hacolo.bed.openstack;

import org.jspecify.annotations.NullMarked;
