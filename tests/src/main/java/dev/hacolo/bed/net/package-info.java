/** Network namespaces and the two LANs of the test bed. */
@NullMarked
package dev.hacolo.bed.net;

import org.jspecify.annotations.NullMarked;
