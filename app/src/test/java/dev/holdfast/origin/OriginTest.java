package dev.holdfast.origin;

import static dev.holdfast.names.Names.stored;
import static dev.holdfast.origin.OriginFixture.SOON;
import static dev.holdfast.origin.OriginFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.fileserver.Faults;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The origin against the stand-in, with all that it does wrong. */
class OriginTest {
  @TempDir private Path data;
  private OriginFixture f;

  @BeforeEach
  void start() throws IOException {
    f = new OriginFixture(data);
  }

  @AfterEach
  void stop() {
    f.close();
  }

  @Test
  void put_get_delete_roundTrip() throws Exception {
    assertThat(f.put("a", "body")).isInstanceOf(ChangeOutcome.Confirmed.class);
    var sink = new ByteArrayOutputStream();
    assertThat(f.get("a", sink::write)).isEqualTo(new GetOutcome.Found(4, false));
    assertThat(sink.toString(StandardCharsets.UTF_8)).isEqualTo("body");
    assertThat(f.delete("a")).isInstanceOf(ChangeOutcome.Confirmed.class);
    assertThat(f.get("a", sink::write)).isEqualTo(new GetOutcome.Absent());
    assertThat(f.delete("a")).isInstanceOf(ChangeOutcome.Confirmed.class);
  }

  @Test
  void put_ofAnEmptyBody_isAFile() throws Exception {
    assertThat(f.put("empty", "")).isInstanceOf(ChangeOutcome.Confirmed.class);
    assertThat(f.get("empty", (b, o, n) -> {})).isEqualTo(new GetOutcome.Found(0, false));
  }

  @Test
  void get_of200ThatIsAnErrorText_isNonsense() throws Exception {
    f.put("a", "body");
    Files.delete(f.data().resolve("a")); // as another server that shares the volume does
    assertThat(failure(f.get("a", (b, o, n) -> {}))).isInstanceOf(Failure.Nonsense.class);
  }

  @Test
  void get_of429_isBusy_andOf500Nonsense() throws Exception {
    f.server().troubles().start(Trouble.ANSWER_429);
    assertThat(failure(f.get("a", (b, o, n) -> {}))).isInstanceOf(Failure.Busy.class);
    f.server().troubles().stopAll();
    f.server().troubles().start(Trouble.ANSWER_500);
    assertThat(failure(f.get("a", (b, o, n) -> {}))).isInstanceOf(Failure.Nonsense.class);
  }

  @Test
  void get_thatIsCutMidway_isNoAnswer() throws Exception {
    f.put("a", "x".repeat(100_000));
    f.server().troubles().start(Trouble.CUT_DOWNLOADS);
    assertThat(failure(f.get("a", (b, o, n) -> {}))).isInstanceOf(Failure.NoAnswer.class);
  }

  @Test
  void get_thatEndsWithAnErrorText_isDoubtful() throws Exception {
    f.restartServer(c -> c.withFaults(Faults.real().withSendErrors(1000, 0, 1)));
    f.replace(f.server().uri(), 60_000, 200);
    f.put("a", "x".repeat(100_000));
    GetOutcome outcome = f.get("a", (b, o, n) -> {});
    assertThat(outcome)
        .isInstanceOfSatisfying(
            GetOutcome.Found.class, found -> assertThat(found.doubtful()).isTrue());
  }

  @Test
  void get_ofALongerFileThanIsTaken_isNonsense() throws Exception {
    f.put("a", "x".repeat(100_000));
    f.replace(
        OriginConfig.of(f.server().uri())
            .withSilenceMaxMs(60_000)
            .withLingerMs(10)
            .withBodyBytesMax(99_999),
        0,
        600_000);
    assertThat(failure(f.get("a", (b, o, n) -> {})))
        .isInstanceOf(Failure.Nonsense.class)
        .extracting(Failure::detail)
        .asString()
        .contains("99999 bytes");
  }

  @Test
  void put_thatIsCutMidway_mayHaveActed() throws Exception {
    f.server().troubles().start(Trouble.CUT_UPLOADS);
    ChangeOutcome outcome = f.put("a", "x".repeat(1_000_000));
    assertThat(failure(outcome).mayHaveActed()).isTrue();
  }

  @Test
  void put_ofASourceThatEndsEarly_endsAtOnce() throws Exception {
    try (Turn turn = f.turn("a")) {
      ChangeOutcome outcome =
          f.origin()
              .put(
                  turn,
                  new BodySource() {
                    @Override
                    public long length() {
                      return 10;
                    }

                    @Override
                    public InputStream open() {
                      return new ByteArrayInputStream(new byte[9]);
                    }
                  },
                  SOON);
      assertThat(failure(outcome)).isInstanceOf(Failure.NoAnswer.class);
    }
  }

  @Test
  void get_whoseSinkFails_saysSo_andNotThatTheOriginFailed() throws Exception {
    f.put("a", "body");
    assertThatThrownBy(
            () ->
                f.get(
                    "a",
                    (b, o, n) -> {
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("disk full");
  }

  @Test
  void requests_whenTheOriginIsDown_areNotSent() throws Exception {
    f.replace(URI.create("http://127.0.0.1:" + FreePorts.one()), 60_000, 200);
    assertThat(failure(f.get("a", (b, o, n) -> {}))).isInstanceOf(Failure.NotSent.class);
    assertThat(failure(f.put("a", "body")).mayHaveActed()).isFalse();
  }

  @Test
  void thirtyReadsAtOnce_areNeverMoreThanTenAtTheOrigin() throws Exception {
    f.server().troubles().start(Trouble.HANG);
    var running = new ArrayList<Future<GetOutcome>>();
    for (int i = 0; i < 30; i++) {
      String file = "f" + i;
      running.add(f.threads().submit(() -> f.get(file, (b, o, n) -> {})));
    }
    Await.until("ten requests are held", () -> f.server().troubles().held() == 10);
    f.server().troubles().stopAll();
    for (Future<GetOutcome> one : running) {
      assertThat(one.get()).isEqualTo(new GetOutcome.Absent());
    }
    assertThat(f.server().counts().inProgressMax()).isEqualTo(10);
  }

  @Test
  void writes_leaveSomePlacesToReads() throws Exception {
    f.server().troubles().start(Trouble.HANG);
    var writes = new ArrayList<Future<ChangeOutcome>>();
    for (int i = 0; i < 12; i++) {
      String file = "w" + i;
      writes.add(f.threads().submit(() -> f.put(file, "body")));
    }
    Await.until("seven writes are held", () -> f.server().troubles().held() == 7);
    Future<GetOutcome> read = f.threads().submit(() -> f.get("r", (b, o, n) -> {}));
    Await.until("the read is there, too", () -> f.server().troubles().held() == 8);
    f.server().troubles().stopAll();
    assertThat(read.get()).isEqualTo(new GetOutcome.Absent());
    for (Future<ChangeOutcome> one : writes) {
      assertThat(one.get()).isInstanceOf(ChangeOutcome.Confirmed.class);
    }
  }

  @Test
  void abandonedRequest_keepsItsTurn_untilItIsSurelyDone() throws Exception {
    f.replace(f.server().uri(), 50, 400); // gives up after 50 ms of silence
    f.server().troubles().start(Trouble.HANG);
    Turn turn = f.turn("a");
    assertThat(failure(f.origin().get(turn, (b, o, n) -> {}, SOON)))
        .isInstanceOf(Failure.NoAnswer.class);
    turn.close();
    assertThat(f.origin().turn(stored("a"), Deadline.inMs(50)))
        .as("while it may still run")
        .isEmpty();
    assertThat(f.registry().get("holdfast.origin.in.progress").gauge().value()).isEqualTo(1);
    f.server().troubles().stopAll();
    f.origin().turn(stored("a"), SOON).orElseThrow().close();
    assertThat(f.registry().get("holdfast.origin.in.progress").gauge().value()).isZero();
  }

  @Test
  void turn_isWaitedForInOrder_andOnlyForItsFile() throws Exception {
    Turn first = f.turn("a");
    f.turn("b").close();
    Future<Boolean> second =
        f.threads().submit(() -> f.origin().turn(stored("a"), SOON).isPresent());
    assertThat(second.isDone()).isFalse();
    first.close();
    assertThat(second.get()).isTrue();
  }

  @Test
  void request_isSentOnce_evenIfTheConnectionDrops() throws Exception {
    try (var listener = new ServerSocket(0)) {
      var connections = new java.util.concurrent.atomic.AtomicInteger();
      Future<?> _ =
          f.threads()
              .submit(
                  () -> {
                    while (true) {
                      try (Socket socket = listener.accept()) {
                        connections.incrementAndGet();
                        socket.getInputStream().read();
                      }
                    }
                  });
      f.replace(URI.create("http://127.0.0.1:" + listener.getLocalPort()), 60_000, 10);
      assertThat(failure(f.put("a", "body"))).isInstanceOf(Failure.NoAnswer.class);
      assertThat(failure(f.get("a", (b, o, n) -> {}))).isInstanceOf(Failure.NoAnswer.class);
      assertThat(connections).hasValue(2);
    }
  }
}
