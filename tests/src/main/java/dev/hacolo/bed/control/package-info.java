/** The control plane of the test bed: CA, PostgreSQL, RabbitMQ, nova-ha-service, agents. */
@NullMarked
package dev.hacolo.bed.control;

import org.jspecify.annotations.NullMarked;
