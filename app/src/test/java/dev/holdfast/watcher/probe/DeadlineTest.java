package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.farm.DnsFarm;
import dev.holdfast.testkit.farm.Farm;
import dev.holdfast.testkit.farm.Sites;
import dev.holdfast.watcher.Flag;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Phase;
import dev.holdfast.watcher.Reach;
import dev.holdfast.watcher.Reason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;

/** Deadlines, on a clock that the test moves. */
final class DeadlineTest {
  private ProbeFixture fixture;
  private Farm farm;

  @BeforeEach
  void start() throws Exception {
    fixture = ProbeFixture.startManual();
    farm = fixture.farm;
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  /** Edge cases 3 and 6. */
  @Test
  void deadline_silentSite() throws Exception {
    farm.with("silent", Sites.silent());
    CompletableFuture<Measured> result =
        fixture.begin(Ask.of(farm.url("silent")).timeoutMs(300).endpoint());
    fixture.awaitStage(Marks.Stage.RESPONSE);

    fixture.advanceMs(299);
    assertThat(result).isNotDone();
    fixture.advanceMs(1 + Deadlines.TICK_NANOS / 1_000_000);
    assertThat(result).isDone();

    assertThat(result.get().outcome()).isEqualTo(Outcome.DOWN);
    assertThat(result.get().reason()).isEqualTo(Reason.RESPONSE_TIMEOUT);
    assertThat(result.get().answer().phases().micros(Phase.CONNECT)).isPresent();
    assertThat(result.get().answer().phases().micros(Phase.FIRST_BYTE)).isEmpty();
    assertThat(result.get().answer().phases().micros(Phase.TRANSFER)).isEmpty();
  }

  /** Edge case 5. */
  @Test
  void deadline_bodyThatDoesNotCome() throws Exception {
    farm.with("head", Sites.headAlone());
    CompletableFuture<Measured> result =
        fixture.begin(Ask.of(farm.url("head")).timeoutMs(300).endpoint());
    fixture.awaitStage(Marks.Stage.BODY);

    fixture.advanceMs(310);

    assertThat(result).isDone();
    assertThat(result.get().reason()).isEqualTo(Reason.BODY_TIMEOUT);
    assertThat(result.get().answer().status()).isEqualTo(OptionalInt.of(200));
    assertThat(result.get().answer().phases().micros(Phase.FIRST_BYTE)).isPresent();
    assertThat(result.get().answer().phases().micros(Phase.TRANSFER)).isEmpty();
  }

  /** Edge case 5, with bytes that go on coming: no byte puts the deadline off. */
  @Test
  void deadline_drippingBody() throws Exception {
    farm.with("drip", Sites.dripping(1));
    CompletableFuture<Measured> result =
        fixture.begin(Ask.of(farm.url("drip")).timeoutMs(300).endpoint());
    fixture.awaitStage(Marks.Stage.BODY);

    fixture.advanceMs(310);

    assertThat(result).isDone();
    assertThat(result.get().reason()).isEqualTo(Reason.BODY_TIMEOUT);
  }

  /** A loop that hangs, or has ended, keeps nothing of the bodies that it served. */
  @Test
  void deadline_whileTheLoopHangs_givesTheRoomOfTheBodyBack() throws Exception {
    farm.with("drip", Sites.dripping(1));
    CompletableFuture<Measured> result =
        fixture.begin(Ask.of(farm.url("drip")).must("x").timeoutMs(300).endpoint());
    Await.until("some of the body is there", () -> fixture.probe.bodyBytes() > 0);
    var release = new CountDownLatch(1);
    var held = new CountDownLatch((int) fixture.probe.loops().count());
    fixture
        .probe
        .loops()
        .forEach(
            loop ->
                loop.execute(
                    () -> {
                      held.countDown();
                      awaitQuietly(release);
                    }));
    held.await();

    fixture.advanceMs(310);

    assertThat(result).isDone();
    assertThat(fixture.probe.bodyBytes()).isZero();
    release.countDown();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void deadline_silentHandshake() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      URI url = URI.create("https://127.0.0.1:" + silent.getLocalPort() + "/");
      CompletableFuture<Measured> result = fixture.begin(Ask.of(url).timeoutMs(300).endpoint());
      fixture.awaitStage(Marks.Stage.TLS);

      fixture.advanceMs(310);

      assertThat(result).isDone();
      assertThat(result.get().reason()).isEqualTo(Reason.TLS_TIMEOUT);
      assertThat(result.get().answer().phases().micros(Phase.CONNECT)).isPresent();
      assertThat(result.get().answer().phases().micros(Phase.TLS)).isEmpty();
    }
  }

  @Test
  void deadline_noConnection() throws Exception {
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<SocketChannel> queue = fill(full);
      URI url = URI.create("http://127.0.0.1:" + full.getLocalPort() + "/");
      CompletableFuture<Measured> result = fixture.begin(Ask.of(url).timeoutMs(300).endpoint());
      fixture.awaitStage(Marks.Stage.CONNECT);

      fixture.advanceMs(310);

      assertThat(result).isDone();
      assertThat(result.get().reason()).isEqualTo(Reason.CONNECT_TIMEOUT);
      assertThat(result.get().answer().phases().micros(Phase.CONNECT)).isEmpty();
      for (SocketChannel waiting : queue) {
        waiting.close();
      }
    }
  }

  @Test
  void deadline_noName() throws Exception {
    fixture.dns.with("silent.test", (_, _) -> new DnsFarm.Reply.Silence());
    CompletableFuture<Measured> result =
        fixture.begin(Ask.of(farm.url("silent.test", "page")).timeoutMs(300).endpoint());
    Await.until("the server was asked", () -> fixture.dns.asked("silent.test") > 0);

    fixture.advanceMs(310);

    assertThat(result).isDone();
    assertThat(result.get().outcome()).as("it may be our line").isEqualTo(Outcome.AGENT);
    assertThat(result.get().reason()).isEqualTo(Reason.DNS_TIMEOUT);
  }

  /** A server has told that it cannot say, and is silent when it is asked again. */
  @Test
  void deadline_nameThatAServerHasFailedToTell() throws Exception {
    fixture.dns.with(
        "fails.test",
        (_, count) ->
            count == 1 ? new DnsFarm.Reply.Code(Rcode.SERVFAIL) : new DnsFarm.Reply.Silence());
    CompletableFuture<Measured> result =
        fixture.begin(
            Ask.of(farm.url("fails.test", "page"))
                .family(Reach.Family.IPV4)
                .timeoutMs(300)
                .endpoint());
    Await.until("the server was asked again", () -> fixture.dns.asked("fails.test") > 1);

    fixture.advanceMs(310);

    assertThat(result.get().outcome()).isEqualTo(Outcome.DOWN);
    assertThat(result.get().reason()).isEqualTo(Reason.DNS_FAILURE);
  }

  /** Servers that are slower than the check must not hide an address that is known. */
  @Test
  void deadline_addressWhoseTimeIsOver() throws Exception {
    var release = new CompletableFuture<Void>();
    farm.with("page", Sites.page("hello"))
        .with(
            "held",
            caller -> {
              release.join();
              caller.send(Sites.answer(200, "", "hello"));
            });
    fixture.dns.with(
        "old.test",
        (_, count) ->
            count == 1
                ? new DnsFarm.Reply.Records(1, List.of("127.0.0.1"))
                : new DnsFarm.Reply.Silence());
    Ask page = Ask.of(farm.url("old.test", "page")).family(Reach.Family.IPV4);
    assertThat(fixture.check(page).outcome()).isEqualTo(Outcome.UP);
    fixture.advanceMs(2_000);

    Ask held = Ask.of(farm.url("old.test", "held")).family(Reach.Family.IPV4).timeoutMs(1_000);
    CompletableFuture<Measured> result = fixture.begin(held.endpoint());
    Await.until("the server was asked again", () -> fixture.dns.asked("old.test") > 1);
    fixture.advanceMs(510);
    int visits = Stream.of(Marks.Stage.values()).mapToInt(fixture.probe::visitsAt).sum();
    release.complete(null);

    assertThat(visits).as("visits after half of the time").isEqualTo(1);
    Measured measured = ProbeFixture.result(result);
    assertThat(measured.outcome()).as(measured.toString()).isEqualTo(Outcome.UP);
    assertThat(measured.flags()).contains(Flag.STALE_DNS);
    assertThat(measured.answer().phases().micros(Phase.DNS).orElseThrow())
        .as("half of the time was the servers'")
        .isGreaterThanOrEqualTo(500_000);
  }

  @Test
  void deadline_largeRequestThatNobodyReads() throws Exception {
    try (ServerSocket deaf = new ServerSocket()) {
      deaf.setReceiveBufferSize(4096);
      deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      URI url = URI.create("http://127.0.0.1:" + deaf.getLocalPort() + "/");
      String body = "x".repeat(16 << 20);
      CompletableFuture<Measured> result =
          fixture.begin(Ask.of(url).method("POST").body(body).timeoutMs(300).endpoint());
      fixture.awaitStage(Marks.Stage.REQUEST);

      fixture.advanceMs(310);

      assertThat(result).isDone();
      assertThat(result.get().reason()).isEqualTo(Reason.REQUEST_TIMEOUT);
    }
  }

  /** Edge case 1: what is in flight while the process does not run says nothing of a site. */
  @Test
  void stall_endsAllAsTheAgents() throws Exception {
    farm.with("silent", Sites.silent()).with("head", Sites.headAlone());
    CompletableFuture<Measured> silent =
        fixture.begin(Ask.of(farm.url("silent")).timeoutMs(300).endpoint());
    CompletableFuture<Measured> head =
        fixture.begin(Ask.of(farm.url("head")).timeoutMs(10_000).endpoint());
    fixture.awaitStage(Marks.Stage.RESPONSE);
    fixture.awaitStage(Marks.Stage.BODY);

    fixture.time.advanceMs(3_000);
    fixture.probe.turn();

    for (CompletableFuture<Measured> result : List.of(silent, head)) {
      assertThat(result).isDone();
      assertThat(result.get().outcome()).isEqualTo(Outcome.AGENT);
      assertThat(result.get().reason()).isEqualTo(Reason.STALLED);
    }
  }

  /** Edge case 1: an answer that is read before the wheel turns again is no measurement either. */
  @Test
  void stall_answerAfterIt() throws Exception {
    var release = new CompletableFuture<Void>();
    farm.with(
        "held",
        caller -> {
          release.join();
          caller.send(Sites.answer(200, "", "late"));
        });
    CompletableFuture<Measured> result =
        fixture.begin(Ask.of(farm.url("held")).timeoutMs(10_000).endpoint());
    fixture.awaitStage(Marks.Stage.RESPONSE);

    fixture.time.advanceMs(3_000);
    release.complete(null);

    Await.until("the check ends", result::isDone);
    assertThat(result.get().outcome()).isEqualTo(Outcome.AGENT);
    assertThat(result.get().reason()).isEqualTo(Reason.STALLED);
  }

  /** The deadline is that of the whole check: each hop has what the ones before have left. */
  @Test
  void deadline_acrossRedirects() throws Exception {
    var arrived = new CompletableFuture<Void>();
    farm.with("first", Sites.redirect(302, "/silent"));
    farm.with(
        "silent",
        caller -> {
          arrived.complete(null);
          caller.hang();
        });
    CompletableFuture<Measured> result =
        fixture.begin(Ask.of(farm.url("first")).timeoutMs(300).endpoint());
    Await.until("the second hop", arrived::isDone);
    fixture.awaitStage(Marks.Stage.RESPONSE);

    fixture.advanceMs(310);

    assertThat(result).isDone();
    assertThat(result.get().reason()).isEqualTo(Reason.RESPONSE_TIMEOUT);
    assertThat(result.get().answer().hops()).hasSize(1);
  }

  /** Fills the queue of a listener that never accepts, so that the next one has to wait. */
  private static List<SocketChannel> fill(ServerSocket listener) throws Exception {
    List<SocketChannel> queue = new ArrayList<>();
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort());
    for (int i = 0; i < 8; i++) {
      SocketChannel channel = SocketChannel.open();
      channel.configureBlocking(false);
      channel.connect(address);
      queue.add(channel);
    }
    return queue;
  }
}
