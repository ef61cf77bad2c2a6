/** What the service needs of Nova, Placement and Neutron, in its own words. */
@NullMarked
package dev.hacolo.service.cloud;

import org.jspecify.annotations.NullMarked;
