/** Port to whatever starts and finds VMs on this host. */
@NullMarked
package dev.hacolo.agent.driver;

import org.jspecify.annotations.NullMarked;
