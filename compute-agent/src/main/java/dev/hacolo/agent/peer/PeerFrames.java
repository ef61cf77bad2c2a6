package dev.hacolo.agent.peer;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.util.function.Consumer;

/** Cuts a socket's bytes into frames. */
final class PeerFrames {
  private PeerFrames() {}

  /** Calls {@code frames} for each frame; a broken one closes the socket after {@code broken}. */
  static void read(NetSocket socket, Consumer<PeerFrame> frames, Consumer<String> broken) {
    RecordParser parser = RecordParser.newFixed(PeerFrameCodec.LENGTH_BYTES);
    parser.handler(
        new Handler<>() {
          private boolean length = true;
          private boolean stopped;

          @Override
          public void handle(Buffer bytes) {
            if (stopped) {
              return;
            }
            if (length) {
              int size = bytes.getUnsignedShort(0);
              if (size == 0) {
                stop("an empty frame");
                return;
              }
              length = false;
              parser.fixedSizeMode(size);
            } else {
              length = true;
              parser.fixedSizeMode(PeerFrameCodec.LENGTH_BYTES);
              decode(bytes);
            }
          }

          private void decode(Buffer bytes) {
            try {
              frames.accept(PeerFrameCodec.decode(bytes.getBytes()));
            } catch (IllegalArgumentException e) {
              stop(String.valueOf(e.getMessage()));
            }
          }

          private void stop(String reason) {
            stopped = true;
            broken.accept(reason);
            socket.close();
          }
        });
    socket.handler(parser);
  }
}
