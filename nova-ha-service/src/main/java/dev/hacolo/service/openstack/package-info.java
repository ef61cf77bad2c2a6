/**
 * Nova, Placement, Neutron and Keystone behind {@link dev.hacolo.service.cloud.Cloud}: openstack4j
 * builds the requests and reads the token and its catalog, the JDK's HTTP client carries them.
 *
 * <p>None of openstack4j's connectors is used: on JDK 9 and later the okhttp one refuses a private
 * CA ({@code sslSocketFactory} not supported), none bounds a whole exchange, and all open a new
 * connection for each call. openstack4j's own endpoint lookup is replaced as well: it answers a
 * service that it does not find with Keystone's URL, whose 404 would read as "no such server".
 */
@NullMarked
package dev.hacolo.service.openstack;

import org.jspecify.annotations.NullMarked;
