package dev.holdfast.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.fileserver.Faults;
import dev.holdfast.fileserver.FileServer;
import dev.holdfast.fileserver.FileServerConfig;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.metrics.Meters;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
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
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The origin against the stand-in, with all that it does wrong. */
class OriginTest {
  private static final Deadline SOON = Deadline.inMs(600_000);

  @TempDir private Path data;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private SimpleMeterRegistry registry;
  private FileServer server;
  private Origin origin;

  @BeforeEach
  void start() throws IOException {
    server = FileServer.start(FileServerConfig.real(data).withLatencyMs(5));
    origin = origin(server.uri(), 60_000, 200);
  }

  @AfterEach
  void stop() {
    origin.close();
    threads.shutdownNow();
    assertThat(server.counts().forbidden()).isZero();
    server.close();
  }

  @Test
  void put_get_delete_roundTrip() throws Exception {
    assertThat(put("a", "body")).isEqualTo(new WriteOutcome.Confirmed());
    var sink = new ByteArrayOutputStream();
    assertThat(get("a", sink::write)).isEqualTo(new GetOutcome.Found(4, false));
    assertThat(sink.toString(StandardCharsets.UTF_8)).isEqualTo("body");
    assertThat(delete("a")).isEqualTo(new WriteOutcome.Confirmed());
    assertThat(get("a", sink::write)).isEqualTo(new GetOutcome.Absent());
    assertThat(delete("a")).isEqualTo(new WriteOutcome.Confirmed());
  }

  @Test
  void put_ofAnEmptyBody_isAFile() throws Exception {
    assertThat(put("empty", "")).isEqualTo(new WriteOutcome.Confirmed());
    assertThat(get("empty", (b, o, n) -> {})).isEqualTo(new GetOutcome.Found(0, false));
  }

  @Test
  void get_of200ThatIsAnErrorText_isNonsense() throws Exception {
    put("a", "body");
    Files.delete(data.resolve("a")); // as another server that shares the volume does
    assertThat(failure(get("a", (b, o, n) -> {}))).isInstanceOf(Failure.Nonsense.class);
  }

  @Test
  void get_of429_isBusy_andOf500Nonsense() throws Exception {
    server.troubles().start(Trouble.ANSWER_429);
    assertThat(failure(get("a", (b, o, n) -> {}))).isInstanceOf(Failure.Busy.class);
    server.troubles().stopAll();
    server.troubles().start(Trouble.ANSWER_500);
    assertThat(failure(get("a", (b, o, n) -> {}))).isInstanceOf(Failure.Nonsense.class);
  }

  @Test
  void get_thatIsCutMidway_isNoAnswer() throws Exception {
    put("a", "x".repeat(100_000));
    server.troubles().start(Trouble.CUT_DOWNLOADS);
    assertThat(failure(get("a", (b, o, n) -> {}))).isInstanceOf(Failure.NoAnswer.class);
  }

  @Test
  void get_thatEndsWithAnErrorText_isDoubtful() throws Exception {
    server.close();
    server =
        FileServer.start(
            FileServerConfig.real(data)
                .withLatencyMs(5)
                .withFaults(Faults.real().withSendErrors(1000, 0, 1)));
    origin.close();
    origin = origin(server.uri(), 60_000, 200);
    put("a", "x".repeat(100_000));
    GetOutcome outcome = get("a", (b, o, n) -> {});
    assertThat(outcome)
        .isInstanceOfSatisfying(
            GetOutcome.Found.class, found -> assertThat(found.doubtful()).isTrue());
  }

  @Test
  void get_ofALongerFileThanIsTaken_isNonsense() throws Exception {
    put("a", "x".repeat(100_000));
    origin.close();
    registry = new SimpleMeterRegistry();
    origin =
        new Origin(
            new OriginConfig(server.uri(), 10, 7, 2_000, 60_000, 1 << 20, 10, 99_999),
            new Meters(registry),
            0);
    assertThat(failure(get("a", (b, o, n) -> {})))
        .isInstanceOf(Failure.Nonsense.class)
        .extracting(Failure::detail)
        .asString()
        .contains("99999 bytes");
  }

  @Test
  void put_thatIsCutMidway_mayHaveActed() throws Exception {
    server.troubles().start(Trouble.CUT_UPLOADS);
    WriteOutcome outcome = put("a", "x".repeat(1_000_000));
    assertThat(failure(outcome).mayHaveActed()).isTrue();
  }

  @Test
  void put_ofASourceThatEndsEarly_endsAtOnce() throws Exception {
    try (Turn turn = turn("a")) {
      WriteOutcome outcome =
          origin.put(
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
    put("a", "body");
    assertThatThrownBy(
            () ->
                get(
                    "a",
                    (b, o, n) -> {
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("disk full");
  }

  @Test
  void requests_whenTheOriginIsDown_areNotSent() throws Exception {
    origin.close();
    origin = origin(URI.create("http://127.0.0.1:" + FreePorts.one()), 60_000, 200);
    assertThat(failure(get("a", (b, o, n) -> {}))).isInstanceOf(Failure.NotSent.class);
    assertThat(failure(put("a", "body")).mayHaveActed()).isFalse();
  }

  @Test
  void thirtyReadsAtOnce_areNeverMoreThanTenAtTheOrigin() throws Exception {
    server.troubles().start(Trouble.HANG);
    var running = new ArrayList<Future<GetOutcome>>();
    for (int i = 0; i < 30; i++) {
      String file = "f" + i;
      running.add(threads.submit(() -> get(file, (b, o, n) -> {})));
    }
    Await.until("ten requests are held", () -> server.troubles().held() == 10);
    server.troubles().stopAll();
    for (Future<GetOutcome> one : running) {
      assertThat(one.get()).isEqualTo(new GetOutcome.Absent());
    }
    assertThat(server.counts().inProgressMax()).isEqualTo(10);
  }

  @Test
  void writes_leaveSomePlacesToReads() throws Exception {
    server.troubles().start(Trouble.HANG);
    var writes = new ArrayList<Future<WriteOutcome>>();
    for (int i = 0; i < 12; i++) {
      String file = "w" + i;
      writes.add(threads.submit(() -> put(file, "body")));
    }
    Await.until("seven writes are held", () -> server.troubles().held() == 7);
    Future<GetOutcome> read = threads.submit(() -> get("r", (b, o, n) -> {}));
    Await.until("the read is there, too", () -> server.troubles().held() == 8);
    server.troubles().stopAll();
    assertThat(read.get()).isEqualTo(new GetOutcome.Absent());
    for (Future<WriteOutcome> one : writes) {
      assertThat(one.get()).isEqualTo(new WriteOutcome.Confirmed());
    }
  }

  @Test
  void state_whenNoPlaceIsFree_isBusy_andNotDown() throws Exception {
    var reads = hold(10);

    assertThat(failure(getWithin(50))).isInstanceOf(Failure.NotSent.class);
    assertThat(origin.state().word()).isEqualTo("busy");
    assertThat(origin.state().detail()).isEqualTo("all connections to the file server are in use");
    assertThat(failures("not_sent")).isEqualTo(1);

    release(reads);
    assertThat(origin.state()).isEqualTo(OriginState.UP);
  }

  @Test
  void state_ofAFailingServer_staysSoWhenNoPlaceIsFree() throws Exception {
    server.troubles().start(Trouble.ANSWER_500);
    get("a", (b, o, n) -> {});
    server.troubles().stopAll();
    var reads = hold(10);

    assertThat(failure(getWithin(50))).isInstanceOf(Failure.NotSent.class);
    assertThat(origin.state().word()).isEqualTo("failing");
    release(reads);
  }

  @Test
  void state_whileQuiet_isUnknown() throws Exception {
    origin.close();
    origin = origin(server.uri(), 60_000, 200, 600_000, 600_000);

    assertThat(failure(getWithin(10)).detail())
        .isEqualTo("requests of an earlier process may still be at the file server");
    assertThat(origin.state()).isEqualTo(OriginState.UNKNOWN);
  }

  @Test
  void state_ofAServerThatIsBack_isUp_thoughNobodyAsks() throws Exception {
    int port = FreePorts.one();
    origin.close();
    origin = origin(URI.create("http://127.0.0.1:" + port), 60_000, 10, 0, 20);
    get("a", (b, o, n) -> {});
    assertThat(origin.state().word()).isEqualTo("down");

    server.close();
    server = FileServer.start(FileServerConfig.real(data).withLatencyMs(5).withPort(port));
    Await.until("it is seen as up", () -> origin.state().equals(OriginState.UP));
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void abandonedRequest_keepsItsTurn_untilItIsSurelyDone() throws Exception {
    origin.close();
    origin = origin(server.uri(), 50, 400); // gives up after 50 ms of silence
    server.troubles().start(Trouble.HANG);
    Turn turn = turn("a");
    assertThat(failure(origin.get(turn, (b, o, n) -> {}, SOON)))
        .isInstanceOf(Failure.NoAnswer.class);
    turn.close();
    assertThat(origin.turn("a", Deadline.inMs(50))).as("while it may still run").isEmpty();
    assertThat(registry.get("holdfast.origin.in.progress").gauge().value()).isEqualTo(1);
    server.troubles().stopAll();
    origin.turn("a", SOON).orElseThrow().close();
    assertThat(registry.get("holdfast.origin.in.progress").gauge().value()).isZero();
  }

  @Test
  void turn_isWaitedForInOrder_andOnlyForItsFile() throws Exception {
    Turn first = turn("a");
    turn("b").close();
    Future<Boolean> second = threads.submit(() -> origin.turn("a", SOON).isPresent());
    assertThat(second.isDone()).isFalse();
    first.close();
    assertThat(second.get()).isTrue();
  }

  @Test
  void request_isSentOnce_evenIfTheConnectionDrops() throws Exception {
    try (var listener = new ServerSocket(0)) {
      var connections = new java.util.concurrent.atomic.AtomicInteger();
      Future<?> _ =
          threads.submit(
              () -> {
                while (true) {
                  try (Socket socket = listener.accept()) {
                    connections.incrementAndGet();
                    socket.getInputStream().read();
                  }
                }
              });
      origin.close();
      origin = origin(URI.create("http://127.0.0.1:" + listener.getLocalPort()), 60_000, 10);
      assertThat(failure(put("a", "body"))).isInstanceOf(Failure.NoAnswer.class);
      assertThat(failure(get("a", (b, o, n) -> {}))).isInstanceOf(Failure.NoAnswer.class);
      assertThat(connections).hasValue(2);
    }
  }

  private Origin origin(URI base, long silenceMaxMs, long lingerMs) {
    return origin(base, silenceMaxMs, lingerMs, 0, 600_000);
  }

  private Origin origin(URI base, long silenceMaxMs, long lingerMs, long quietMs, long checkMs) {
    registry = new SimpleMeterRegistry();
    return new Origin(
        new OriginConfig(base, 10, 7, 2_000, silenceMaxMs, 1024 * 1024, lingerMs, 1L << 30),
        new Meters(registry),
        quietMs,
        checkMs);
  }

  /** Reads that the server holds until {@link #release}. */
  private List<Future<GetOutcome>> hold(int count) throws Exception {
    server.troubles().start(Trouble.HANG);
    var reads = new ArrayList<Future<GetOutcome>>();
    for (int i = 0; i < count; i++) {
      String file = "held" + i;
      reads.add(threads.submit(() -> get(file, (b, o, n) -> {})));
    }
    Await.until("they are held", () -> server.troubles().held() == count);
    return reads;
  }

  private void release(List<Future<GetOutcome>> reads) throws Exception {
    server.troubles().stopAll();
    for (Future<GetOutcome> read : reads) {
      assertThat(read.get()).isEqualTo(new GetOutcome.Absent());
    }
  }

  private GetOutcome getWithin(long ms) throws IOException, InterruptedException {
    try (Turn turn = turn("late")) {
      return origin.get(turn, (b, o, n) -> {}, Deadline.inMs(ms));
    }
  }

  private double failures(String kind) {
    return registry
        .get("holdfast.origin.requests")
        .tags("method", "GET", "outcome", kind)
        .counter()
        .count();
  }

  private Turn turn(String file) throws InterruptedException {
    return origin.turn(file, SOON).orElseThrow();
  }

  private GetOutcome get(String file, BodySink sink) throws IOException, InterruptedException {
    try (Turn turn = turn(file)) {
      return origin.get(turn, sink, SOON);
    }
  }

  private WriteOutcome delete(String file) throws IOException, InterruptedException {
    try (Turn turn = turn(file)) {
      return origin.delete(turn, SOON);
    }
  }

  private WriteOutcome put(String file, String body) throws IOException, InterruptedException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try (Turn turn = turn(file)) {
      return origin.put(
          turn,
          new BodySource() {
            @Override
            public long length() {
              return bytes.length;
            }

            @Override
            public InputStream open() {
              return new ByteArrayInputStream(bytes);
            }
          },
          SOON);
    }
  }

  private static Failure failure(GetOutcome outcome) {
    assertThat(outcome).isInstanceOf(GetOutcome.Failed.class);
    return ((GetOutcome.Failed) outcome).failure();
  }

  private static Failure failure(WriteOutcome outcome) {
    assertThat(outcome).isInstanceOf(WriteOutcome.Failed.class);
    return ((WriteOutcome.Failed) outcome).failure();
  }
}
