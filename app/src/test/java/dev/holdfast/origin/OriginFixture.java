package dev.holdfast.origin;

import static dev.holdfast.names.Names.unchecked;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.fileserver.FileServer;
import dev.holdfast.fileserver.FileServerConfig;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.metrics.Meters;
import dev.holdfast.testkit.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;

/**
 * An origin in front of a stand-in of 5 ms latency; either can be replaced.
 *
 * <p>Threading: requests may be made from any number of threads; the rest is for one.
 */
final class OriginFixture implements AutoCloseable {
  static final Deadline SOON = Deadline.inMs(600_000);

  private final Path data;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private SimpleMeterRegistry registry;
  private FileServer server;
  private Origin origin;

  OriginFixture(Path data) throws IOException {
    this.data = data;
    server = FileServer.start(config());
    registry = new SimpleMeterRegistry();
    origin = open(config(server.uri(), 60_000, 200), 0, 600_000);
  }

  /** Where the file server keeps its files. */
  Path data() {
    return data;
  }

  ExecutorService threads() {
    return threads;
  }

  SimpleMeterRegistry registry() {
    return registry;
  }

  FileServer server() {
    return server;
  }

  Origin origin() {
    return origin;
  }

  /** Fails if the file server ever got what it must never get. */
  @Override
  public void close() {
    origin.close();
    threads.shutdownNow();
    assertThat(server.counts().forbidden()).isZero();
    server.close();
  }

  /** Ends the file server and starts another one over the same files. */
  void restartServer(UnaryOperator<FileServerConfig> change) throws IOException {
    server.close();
    server = FileServer.start(change.apply(config()));
  }

  void replace(URI base, long silenceMaxMs, long lingerMs) {
    replace(base, silenceMaxMs, lingerMs, 0, 600_000);
  }

  void replace(URI base, long silenceMaxMs, long lingerMs, long quietMs, long checkMs) {
    replace(config(base, silenceMaxMs, lingerMs), quietMs, checkMs);
  }

  /** Ends the origin and opens another one, with meters of its own. */
  void replace(OriginConfig config, long quietMs, long checkMs) {
    origin.close();
    registry = new SimpleMeterRegistry();
    origin = open(config, quietMs, checkMs);
  }

  private Origin open(OriginConfig config, long quietMs, long checkMs) {
    return new Origin(config, new OriginMeters(new Meters(registry)), quietMs, checkMs);
  }

  private FileServerConfig config() {
    return FileServerConfig.real(data).withLatencyMs(5);
  }

  private static OriginConfig config(URI base, long silenceMaxMs, long lingerMs) {
    return OriginConfig.of(base).withSilenceMaxMs(silenceMaxMs).withLingerMs(lingerMs);
  }

  /** Reads that the server holds until {@link #release}. */
  List<Future<GetOutcome>> hold(int count) throws Exception {
    server.troubles().start(Trouble.HANG);
    var reads = new ArrayList<Future<GetOutcome>>();
    for (int i = 0; i < count; i++) {
      String file = "held" + i;
      reads.add(threads.submit(() -> get(file, (b, o, n) -> {})));
    }
    Await.until("they are held", () -> server.troubles().held() == count);
    return reads;
  }

  void release(List<Future<GetOutcome>> reads) throws Exception {
    server.troubles().stopAll();
    for (Future<GetOutcome> read : reads) {
      assertThat(read.get()).isEqualTo(new GetOutcome.Absent());
    }
  }

  GetOutcome getWithin(long ms) throws IOException, InterruptedException {
    try (Turn turn = turn("late")) {
      return origin.get(turn, (b, o, n) -> {}, Deadline.inMs(ms));
    }
  }

  double failures(String kind) {
    return registry
        .get("holdfast.origin.requests")
        .tags("method", "GET", "outcome", kind)
        .counter()
        .count();
  }

  /** The turn of a file, also of one that nothing can be asked of. */
  Turn turn(String file) throws InterruptedException {
    return origin.turn(unchecked(file), SOON).orElseThrow();
  }

  GetOutcome get(String file, BodySink sink) throws IOException, InterruptedException {
    try (Turn turn = turn(file)) {
      return origin.get(turn, sink, SOON);
    }
  }

  ChangeOutcome delete(String file) throws IOException, InterruptedException {
    try (Turn turn = turn(file)) {
      return origin.delete(turn, SOON);
    }
  }

  ChangeOutcome put(String file, String body) throws IOException, InterruptedException {
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

  static Failure failure(GetOutcome outcome) {
    assertThat(outcome).isInstanceOf(GetOutcome.Failed.class);
    return ((GetOutcome.Failed) outcome).failure();
  }

  static Failure failure(ChangeOutcome outcome) {
    assertThat(outcome).isInstanceOf(ChangeOutcome.Failed.class);
    return ((ChangeOutcome.Failed) outcome).failure();
  }
}
