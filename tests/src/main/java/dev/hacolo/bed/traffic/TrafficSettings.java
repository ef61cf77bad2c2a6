package dev.hacolo.bed.traffic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the traffic client is told at its start.
 *
 * @param guest the guest's IP address
 * @param scheme what is written
 * @param thinkMs pause between an answer and the next request, in ms
 * @param silenceMs a connection that is silent for longer is broken, in ms
 * @param page file with what the guest's web server sends for {@code /data.bin}
 */
record TrafficSettings(String guest, WriteScheme scheme, int thinkMs, int silenceMs, Path page) {
  byte[] readPage() throws IOException {
    return Files.readAllBytes(page);
  }
}
