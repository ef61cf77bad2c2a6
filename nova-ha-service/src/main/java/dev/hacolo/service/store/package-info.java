/** The pair table and its history in PostgreSQL; blocking, on bounded worker threads. */
@NullMarked
package dev.hacolo.service.store;

import org.jspecify.annotations.NullMarked;
