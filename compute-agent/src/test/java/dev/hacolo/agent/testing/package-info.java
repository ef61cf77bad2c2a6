/** What several packages' tests share. */
@NullMarked
package dev.hacolo.agent.testing;

import org.jspecify.annotations.NullMarked;
