/** Tests of the schema against a real PostgreSQL. */
@NullMarked
package dev.hacolo.db;

import org.jspecify.annotations.NullMarked;
