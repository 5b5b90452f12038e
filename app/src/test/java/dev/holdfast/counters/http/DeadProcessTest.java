package dev.holdfast.counters.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.LockHolder;
import dev.holdfast.testkit.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Actors as processes with their directories on one file system, and one of them is killed. */
class DeadProcessTest {
  private static final String VALUE = "/counter/x/consistent_value";

  @TempDir private Path data;
  private final List<ActorProcess> all = new ArrayList<>();
  private int port;

  @AfterEach
  void stop() {
    all.forEach(ActorProcess::close);
  }

  @Test
  void killedActor_isReadFromItsDirectory_untilItIsBack() throws Exception {
    startThree("--shared-directories", "true");
    for (int i = 0; i < 3; i++) {
      assertThat(all.get(i).post("/counter/x", "" + (1 + i)).status()).isEqualTo(200);
    }
    all.get(2).kill();
    assertThat(all.get(0).get(VALUE).text()).isEqualTo("6");
    assertThat(all.get(1).post("/counter/x", "10").status()).isEqualTo(200);
    assertThat(all.get(0).get(VALUE).text()).isEqualTo("16");
    assertThat(all.get(0).get("/metrics").text())
        .doesNotContain("holdfast_counters_remains_total 0.0");

    ActorProcess back = ActorProcess.start(3, port, data, "--shared-directories", "true");
    all.add(back);
    assertThat(back.status().path("found").path("formerSlots").asInt()).isEqualTo(1);
    assertThat(back.post("/counter/x", "100").status()).isEqualTo(200);
    for (ActorProcess actor : List.of(all.get(0), all.get(1), back)) {
      assertThat(actor.get(VALUE).text()).isEqualTo("116");
    }
  }

  @Test
  void killedActor_isMissed_whereNothingIsShared() throws Exception {
    startThree("--read-deadline-ms", "500");
    assertThat(all.get(2).post("/counter/x", "5").status()).isEqualTo(200);
    all.get(2).kill();
    assertThat(all.get(0).get(VALUE).status()).isEqualTo(503);
  }

  /** Somebody has the lock of its directory: it may live, and only seem not to listen. */
  @Test
  void actorWhoseLockIsTaken_isMissed() throws Exception {
    startThree("--shared-directories", "true", "--read-deadline-ms", "500");
    assertThat(all.get(2).post("/counter/x", "5").status()).isEqualTo(200);
    all.get(2).kill();
    try (LockHolder alive = LockHolder.alone(data.resolve("3"), 0)) {
      assertThat(alive.isLocked()).isTrue();
      assertThat(all.get(0).get(VALUE).status()).isEqualTo(503);
    }
    assertThat(all.get(0).get(VALUE).text()).isEqualTo("5");
  }

  private void startThree(String... options) throws Exception {
    port = FreePorts.one();
    for (int id = 1; id <= 3; id++) {
      all.add(ActorProcess.start(id, port, data, options));
    }
    configure();
  }

  private void configure() throws IOException {
    String list =
        all.stream()
            .map(actor -> "\"" + actor.address() + "\"")
            .collect(Collectors.joining(", ", "{\"actors\": [", "]}"));
    assertThat(all.getFirst().post("/config", list).status()).isEqualTo(200);
  }
}
