package dev.hacolo.bed.oracle.load;

import java.io.IOException;

/** Sends a request and reads its answer, in the form that its verb describes. */
@FunctionalInterface
interface Exchange {
  String on(Wire wire) throws IOException;
}
