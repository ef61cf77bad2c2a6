/** HTTPS API that nova-ha-service calls. */
@NullMarked
package dev.hacolo.agent.api;

import org.jspecify.annotations.NullMarked;
