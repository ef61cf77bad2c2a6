/**
 * A stand-in for an OpenStack control plane, for the demo and the tests: Keystone, Nova, Placement
 * and Neutron on one port, with the wire formats, status codes and generations of Zed for the calls
 * that ha-colo makes, and nothing behind them. It starts no guest and wires no port.
 */
@NullMarked
package dev.hacolo.bed.openstack;

import org.jspecify.annotations.NullMarked;
