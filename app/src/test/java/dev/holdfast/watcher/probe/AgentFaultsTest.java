package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.QuietLogs;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Program;
import dev.holdfast.testkit.farm.Farm;
import dev.holdfast.testkit.farm.Sites;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reach;
import dev.holdfast.watcher.Reason;
import dev.holdfast.watcher.dns.Resolution;
import dev.holdfast.watcher.guard.Guard;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Faults of the agent, which say nothing of a site. */
final class AgentFaultsTest {
  @RegisterExtension static final QuietLogs QUIET = QuietLogs.of(Probe.class);

  /** Edge case 23, by the words of the kernel. */
  @Test
  void fault_byItsWords() {
    for (Marks.Stage stage : Marks.Stage.values()) {
      assertThat(Faults.of(stage, new SocketException("Too many open files")).reason())
          .isEqualTo(Reason.NO_DESCRIPTORS);
      assertThat(Faults.of(stage, new BindException("Cannot assign requested address")).reason())
          .isEqualTo(Reason.NO_PORTS);
      assertThat(Faults.of(stage, new ConnectException("Network is unreachable")).reason())
          .isEqualTo(Reason.AGENT_NETWORK);
      assertThat(Faults.of(stage, new UnsupportedAddressTypeException()).reason())
          .isEqualTo(Reason.AGENT_NETWORK);
      assertThat(Faults.of(stage, new OutOfMemoryError("Java heap space")).reason())
          .isEqualTo(Reason.AGENT_MEMORY);
      assertThat(Faults.of(stage, new IOException(new OutOfMemoryError("planted"))).outcome())
          .isEqualTo(Outcome.AGENT);
      assertThat(Faults.of(stage, new IllegalStateException("a bug")).outcome())
          .isEqualTo(Outcome.AGENT);
    }
    assertThat(Faults.of(Marks.Stage.CONNECT, new ConnectException("Connection refused")).reason())
        .isEqualTo(Reason.CONNECT_REFUSED);
    assertThat(
            Faults.of(Marks.Stage.CONNECT, new SocketException("Connection reset by peer"))
                .reason())
        .isEqualTo(Reason.CONNECT_REFUSED);
    assertThat(
            Faults.of(Marks.Stage.CONNECT, new NoRouteToHostException("No route to host")).reason())
        .isEqualTo(Reason.UNREACHABLE);
  }

  /**
   * A router on the way says that it knows no way, by ICMP, after connect(2) has returned: the
   * attempt ends so, and that says nothing of this machine.
   */
  @Test
  void fault_ofARouter_isNotOurs() throws Exception {
    var router = new SocketException("Network is unreachable");
    try (SocketChannel channel = SocketChannel.open()) {
      channel.configureBlocking(false);
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.one());
      assertThatThrownBy(
              () -> {
                channel.connect(address);
                while (!channel.finishConnect()) {
                  Thread.onSpinWait();
                }
              })
          .satisfies(refused -> router.setStackTrace(refused.getStackTrace()));
    }
    assertThat(router.getStackTrace())
        .as("the JDK's own words for the end of an attempt")
        .anyMatch(frame -> frame.getMethodName().equals("finishConnect"));

    Ending ending = Faults.of(Marks.Stage.CONNECT, router);

    assertThat(ending.outcome()).isEqualTo(Outcome.DOWN);
    assertThat(ending.reason()).isEqualTo(Reason.UNREACHABLE);
    assertThat(Faults.isWithoutRoute(router)).isFalse();
    assertThat(Faults.isWithoutRoute(new SocketException("Network is unreachable"))).isTrue();
  }

  /** Without an answer of a server nothing is known of a site. */
  @Test
  void name_thatNoServerAnswered_isTheAgents() throws Exception {
    try (ProbeFixture fixture = ProbeFixture.start()) {
      var unfinished = new Unfinished(fixture.resolver, Reach.Family.ANY);
      var refused = new SocketException("Connection refused");
      Map<Resolution, Reason> resolutions =
          Map.of(
              new Resolution.Unasked(), Reason.AGENT_DNS,
              new Resolution.Timeout(), Reason.DNS_TIMEOUT,
              new Resolution.Failure("refused", Optional.of(refused)), Reason.AGENT_DNS);

      resolutions.forEach(
          (resolution, reason) -> {
            Ending ending = unfinished.unresolved("a.test", resolution);
            assertThat(ending.outcome()).as(resolution.toString()).isEqualTo(Outcome.AGENT);
            assertThat(ending.reason()).as(resolution.toString()).isEqualTo(reason);
          });

      Ending told =
          unfinished.unresolved("a.test", new Resolution.Failure("SERVFAIL", Optional.empty()));
      assertThat(told.outcome()).isEqualTo(Outcome.DOWN);
      assertThat(told.reason()).isEqualTo(Reason.DNS_FAILURE);
    }
  }

  /** Edge case 23, by the kernel itself. */
  @Test
  void check_noDescriptors(@TempDir Path directory) throws Exception {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Program.Result result =
        Program.run(
            directory,
            Map.of(),
            List.of(
                "sh",
                "-c",
                "ulimit -n 250 && exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                classPath,
                FewDescriptors.class.getName()));

    assertThat(result.output().lines())
        .as(result.output())
        .contains(
            "before: UP NONE",
            "by address: AGENT NO_DESCRIPTORS",
            "by name: AGENT NO_DESCRIPTORS",
            "after: UP NONE");
  }

  /** Edge case 23, by the kernel itself: a net that this machine has no way to. */
  @Test
  void check_noNetwork() throws Exception {
    try (ProbeFixture fixture = ProbeFixture.start()) {
      Measured measured =
          fixture.check(Ask.of(URI.create("http://[2001:db8::1]/")).nets("2001:db8::/32"));

      // A machine whose default route leads nowhere says so, too: then it is no fault of ours.
      assertThat(measured.outcome()).as(measured.toString()).isNotEqualTo(Outcome.UP);
    }
  }

  @Test
  void check_saturated() throws Exception {
    try (ProbeFixture fixture = ProbeFixture.start(ProbeOptions.DEFAULT.withInFlightMax(3))) {
      Farm farm = fixture.farm;
      var release = new CompletableFuture<Void>();
      farm.with(
          "held",
          caller -> {
            release.join();
            caller.send(Sites.answer(200, "", "late"));
          });
      List<CompletableFuture<Measured>> held = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        held.add(fixture.begin(Ask.of(farm.url("held")).endpoint()));
      }

      Measured measured = fixture.check(Ask.of(farm.url("held")));
      release.complete(null);

      assertThat(measured.outcome()).isEqualTo(Outcome.MISSED);
      assertThat(measured.reason()).isEqualTo(Reason.SATURATED);
      for (CompletableFuture<Measured> one : held) {
        assertThat(one.get().outcome()).isEqualTo(Outcome.UP);
      }
      assertThat(fixture.check(Ask.of(farm.url("held"))).outcome()).isEqualTo(Outcome.UP);
    }
  }

  @Test
  void check_bodiesTakeAllTheMemory() throws Exception {
    try (ProbeFixture fixture =
        ProbeFixture.start(ProbeOptions.DEFAULT.withBodyBytesMax(1 << 20))) {
      Farm farm = fixture.farm;
      farm.with("large", Sites.page("x".repeat(3 << 20))).with("small", Sites.page("x"));

      Measured searched = fixture.check(Ask.of(farm.url("large")).must("y").bodyBytesMax(4 << 20));
      Measured counted = fixture.check(Ask.of(farm.url("large")).bodyBytesMax(4 << 20));

      assertThat(searched.outcome()).isEqualTo(Outcome.AGENT);
      assertThat(searched.reason()).isEqualTo(Reason.AGENT_MEMORY);
      assertThat(counted.outcome()).as(counted.toString()).isEqualTo(Outcome.UP);
      assertThat(fixture.check(Ask.of(farm.url("small")).must("x")).outcome())
          .isEqualTo(Outcome.UP);
      Await.until("all room is free", () -> fixture.probe.bodyBytes() == 0);
    }
  }

  @Test
  void check_takerFails() throws Exception {
    try (ProbeFixture fixture = ProbeFixture.start()) {
      fixture.farm.with("page", Sites.page("hello"));
      fixture.probe.check(
          Ask.of(fixture.farm.url("page")).endpoint(),
          _ -> {
            throw new IllegalStateException("planted");
          });

      Await.until("the check is over", () -> fixture.probe.inFlight() == 0);
      assertThat(fixture.check(Ask.of(fixture.farm.url("page"))).outcome()).isEqualTo(Outcome.UP);
    }
  }

  /** A check whose start fails has no deadline, perhaps, and would keep its place for ever. */
  @Test
  void check_startThatFails_givesItsPlaceBack() throws Exception {
    try (ProbeFixture fixture = ProbeFixture.start()) {
      var reading = new AtomicInteger();
      var failing = new AtomicInteger();
      long caller = Thread.currentThread().threadId();
      LongSupplier clock =
          () -> {
            if (Thread.currentThread().threadId() == caller
                && reading.incrementAndGet() == failing.get()) {
              throw new StackOverflowError("planted");
            }
            return fixture.time.getAsLong();
          };
      Probe probe =
          Probe.unturned(
              ProbeOptions.DEFAULT,
              fixture.resolver,
              new Guard(List.of()),
              _ -> "none",
              clock,
              InstantSource.system());
      try (probe) {
        fixture.farm.with("page", Sites.page("hello"));
        boolean hasFailed = true;
        for (int at = 1; hasFailed; at++) {
          fixture.time.advanceMs(30); // so that each start measures the loops, too
          failing.set(at);
          reading.set(0);
          var told = new AtomicInteger();
          try {
            probe.check(Ask.of(fixture.farm.url("page")).endpoint(), _ -> told.incrementAndGet());
            hasFailed = reading.get() >= at;
          } catch (StackOverflowError planted) {
            hasFailed = true;
          }
          failing.set(0);
          Await.until("no check has a place", () -> probe.inFlight() == 0);
          assertThat(told.get()).isLessThanOrEqualTo(1);
        }
      }
    }
  }

  @Test
  void close_endsWhatIsInFlight() throws Exception {
    ProbeFixture fixture = ProbeFixture.start();
    fixture.farm.with("silent", Sites.silent());
    CompletableFuture<Measured> result =
        fixture.begin(Ask.of(fixture.farm.url("silent")).endpoint());
    fixture.awaitStage(Marks.Stage.RESPONSE);

    fixture.close();

    assertThat(result.get().outcome()).isEqualTo(Outcome.AGENT);
  }

  @Test
  void warmUp_makesSoManyChecks() throws Exception {
    try (ProbeFixture fixture = ProbeFixture.start()) {
      fixture.farm.with("page", Sites.page("hello"));

      Measured last =
          fixture
              .probe
              .warmUp(Ask.of(fixture.farm.tlsUrl(Farm.Name.GOOD, "page")).endpoint(), 5)
              .get();

      assertThat(last.outcome()).isEqualTo(Outcome.UP);
      Await.until("the farm has seen five", () -> fixture.farm.seen("page").size() == 5);
    }
  }
}
