package dev.hacolo.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hacolo.agent.domain.SessionMachine;
import dev.hacolo.agent.domain.Side;
import dev.hacolo.common.api.SessionOrder;
import dev.hacolo.common.api.SessionTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SessionStoreTest {
  private final Path state;
  private final SessionStore store;

  SessionStoreTest(@TempDir Path state) {
    this.state = state;
    store = new SessionStore(state);
  }

  private static SessionOrder solo(long pair) {
    return new SessionOrder(
        new UUID(0, pair), new UUID(2, 2), 3, SessionTarget.SOLO, null, null, null, null);
  }

  @Test
  void whatIsSavedIsLoaded() throws IOException {
    assertThat(store.load()).isEmpty();
    store.save(SessionMachine.initial(solo(1)));
    store.save(SessionMachine.initial(solo(2)));
    store.save(SessionMachine.initial(solo(1)));
    assertThat(store.load())
        .containsExactlyInAnyOrder(
            new SessionStore.Kept(Side.PRIMARY, solo(1)),
            new SessionStore.Kept(Side.PRIMARY, solo(2)));
    store.remove(new UUID(0, 1));
    store.remove(new UUID(0, 1));
    assertThat(store.load()).hasSize(1);
  }

  @Test
  void aBrokenFileIsLeftOut() throws IOException {
    store.save(SessionMachine.initial(solo(1)));
    Path sessions = state.resolve("sessions");
    for (String content : new String[] {"", "null", "{}", "{\"side\":\"PRIMARY\"}", "x"}) {
      Files.writeString(sessions.resolve("broken.json"), content);
      assertThat(store.load()).hasSize(1);
    }
    // A draft that an agent left when it was killed.
    Files.writeString(sessions.resolve("draft.tmp"), "{");
    assertThat(store.load()).hasSize(1);
  }
}
