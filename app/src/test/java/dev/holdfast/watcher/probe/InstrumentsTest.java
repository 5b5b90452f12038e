package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Program;
import dev.holdfast.testkit.farm.DnsFarm;
import dev.holdfast.testkit.farm.Farm;
import dev.holdfast.testkit.farm.Site;
import dev.holdfast.testkit.farm.Sites;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Phase;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The engine beside two other instruments, a blocking twin and curl, at a farm that knows its true
 * delays. A phase is never shorter than the delay that the farm has put into it.
 */
final class InstrumentsTest {
  private static final int ROUNDS = 3;
  private static final long DNS_MS = 40;
  private static final long TLS_MS = 50;
  private static final long ANSWER_MS = 60;
  private static final long REST_MS = 70;

  /** The clocks of instruments count in µs, and round. */
  private static final long GRAIN_MICROS = 1_000;

  /** Shows gross faults alone: the instruments run beside other tests. */
  private static final long FACTOR = 10;

  private static final String CURL_TIMES =
      "%{time_connect} %{time_appconnect} %{time_starttransfer} %{time_total}";

  private ProbeFixture fixture;
  private Farm farm;

  @BeforeEach
  void start() throws Exception {
    fixture = ProbeFixture.start();
    farm = fixture.farm;
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  private static long atLeastMicros(long ms) {
    return ms * 1_000 - GRAIN_MICROS;
  }

  /** Waits for so long at least. */
  private static void pass(long ms) throws InterruptedException {
    boolean _ = new CountDownLatch(1).await(ms, TimeUnit.MILLISECONDS);
  }

  /** A page of which the second half comes after something. */
  private static Site halves(Site between) {
    String page = Sites.answer(200, "", "x".repeat(1_000));
    int half = page.length() / 2;
    return caller -> {
      caller.send(page.substring(0, half));
      between.serve(caller);
      caller.send(page.substring(half));
    };
  }

  @Test
  void phases_beside_thoseOfTheTwinAndOfCurl(@TempDir Path dir) throws Exception {
    assumeTrue(Program.find("curl").isPresent(), "there is no curl");
    farm.with("slow", Sites.delayed(ANSWER_MS, halves(caller -> caller.pause(REST_MS))));
    farm.beforeHandshakes(() -> pass(TLS_MS));
    URI url = farm.tlsUrl(Farm.Name.GOOD, "slow");
    List<PhaseTimes> engine = new ArrayList<>();
    List<PhaseTimes> others = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      Measured measured = fixture.check(Ask.of(url));
      assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
      engine.add(PhaseTimes.of(measured));
      others.add(Twin.ask(url, farm.authority().certificate()).times());
      others.add(curl(url, dir));
    }

    assertThat(Stream.concat(engine.stream(), others.stream()))
        .allSatisfy(
            times -> {
              assertThat(times.tlsMicros()).isGreaterThanOrEqualTo(atLeastMicros(TLS_MS));
              assertThat(times.firstByteMicros()).isGreaterThanOrEqualTo(atLeastMicros(ANSWER_MS));
              assertThat(times.answerMicros())
                  .isGreaterThanOrEqualTo(atLeastMicros(ANSWER_MS + REST_MS));
            });
    assertLike(PhaseTimes::tlsMicros, engine, others);
    assertLike(PhaseTimes::firstByteMicros, engine, others);
    assertLike(PhaseTimes::answerMicros, engine, others);
    assertThat(least(PhaseTimes::connectMicros, engine))
        .as("no delay is in the phase before it")
        .isLessThan(least(PhaseTimes::tlsMicros, engine));
  }

  private static void assertLike(
      ToLongFunction<PhaseTimes> phase, List<PhaseTimes> engine, List<PhaseTimes> others) {
    assertThat(least(phase, engine))
        .isLessThanOrEqualTo(FACTOR * others.stream().mapToLong(phase).max().orElseThrow());
  }

  private static long least(ToLongFunction<PhaseTimes> phase, List<PhaseTimes> all) {
    return all.stream().mapToLong(phase).min().orElseThrow();
  }

  private static PhaseTimes curl(URI url, Path dir) throws Exception {
    Program.Result result =
        Program.run(
            dir,
            Map.of("LC_ALL", "C"),
            List.of(
                "curl",
                "--silent",
                "--insecure",
                "--http1.1",
                "--noproxy",
                "*",
                "--resolve",
                url.getHost() + ":" + url.getPort() + ":127.0.0.1",
                "--output",
                "/dev/null",
                "--write-out",
                CURL_TIMES,
                url.toString()));
    assertThat(result.code()).as(result.output()).isZero();
    long[] nanos =
        Stream.of(result.output().strip().split(" "))
            .mapToLong(seconds -> Math.round(Double.parseDouble(seconds) * 1e9))
            .toArray();
    long connected = nanos[0];
    long tlsDone = nanos[1]; // its time_pretransfer may be taken when the request is on its way
    return PhaseTimes.between(0, connected, tlsDone, tlsDone, nanos[2], nanos[3]);
  }

  /** The farm's delay before the answer of a name is in the phase of names. */
  @Test
  void dns_isNotShorterThanItsDelay() throws Exception {
    farm.with("page", Sites.page("hello"));
    fixture.dns.with(
        "slow.test",
        (_, _) -> {
          try {
            pass(DNS_MS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return new DnsFarm.Reply.Records(60, List.of("127.0.0.1"));
        });

    Measured measured = fixture.check(Ask.of(farm.url("slow.test", "page")));

    assertThat(measured.answer().phases().micros(Phase.DNS).orElseThrow())
        .isGreaterThanOrEqualTo(atLeastMicros(DNS_MS));
  }

  /** The rest of a body comes once the engine has its first bytes, so its delay is in transfer. */
  @Test
  void transfer_isNotShorterThanItsDelay() throws Exception {
    var isFirstHalfThere = new CountDownLatch(1);
    farm.with(
        "halves",
        halves(
            caller -> {
              isFirstHalfThere.await();
              caller.pause(REST_MS);
            }));

    CompletableFuture<Measured> result = fixture.begin(Ask.of(farm.url("halves")).endpoint());
    fixture.awaitStage(Marks.Stage.BODY);
    isFirstHalfThere.countDown();

    assertThat(PhaseTimes.of(result.get()).transferMicros())
        .isGreaterThanOrEqualTo(atLeastMicros(REST_MS));
    Await.until("the farm has seen it", () -> farm.seen("halves").size() == 1);
  }
}
