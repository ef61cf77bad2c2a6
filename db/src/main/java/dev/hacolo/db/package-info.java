/** Schema of the service's database, as versioned migrations. */
@NullMarked
package dev.hacolo.db;

import org.jspecify.annotations.NullMarked;
