package dev.holdfast.watcher.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.farm.DnsFarm;
import dev.holdfast.testkit.farm.DnsFarm.Reply;
import dev.holdfast.watcher.Reach.Family;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Names, and what servers make of them. */
final class ResolverTest {
  @TempDir private Path directory;
  private final AtomicLong now = new AtomicLong(1_000_000_000_000L);
  private DnsFarm first;
  private DnsFarm second;
  private Resolver resolver;

  @BeforeEach
  void start() throws Exception {
    first = DnsFarm.start();
    second = DnsFarm.start();
    Path hosts = directory.resolve("hosts");
    Files.writeString(
        hosts,
        "# comment\n127.0.0.1 localhost\n::1 localhost # both\n10.9.8.7 Intranet intra\nbad line\n");
    resolver =
        new Resolver(
            ResolverOptions.of(List.of(first.address(), second.address()))
                .withAttemptMs(100)
                .withHostsFile(hosts),
            now::get);
  }

  @AfterEach
  void stop() throws Exception {
    resolver.close();
    first.close();
    second.close();
  }

  @Test
  void resolve_bothFamilies() throws Exception {
    first.with("both.test", 60, "192.0.2.1", "2001:db8::1");

    assertThat(resolve("both.test", Family.ANY)).isEqualTo(fresh("2001:db8::1", "192.0.2.1"));
    assertThat(resolve("BOTH.test.", Family.IPV4)).isEqualTo(fresh("192.0.2.1"));
    assertThat(resolve("both.test", Family.IPV6)).isEqualTo(fresh("2001:db8::1"));
    assertThat(first.asked("both.test")).isEqualTo(2);
    assertThat(second.asked("both.test")).isZero();
  }

  @Test
  void resolve_withoutServers() throws Exception {
    assertThat(resolve("192.0.2.7", Family.ANY)).isEqualTo(fresh("192.0.2.7"));
    assertThat(resolve("[2001:db8::7]", Family.ANY)).isEqualTo(fresh("2001:db8::7"));
    assertThat(resolve("localhost", Family.ANY)).isEqualTo(fresh("::1", "127.0.0.1"));
    assertThat(resolve("intranet", Family.IPV4)).isEqualTo(fresh("10.9.8.7"));
    assertThat(resolve("intra", Family.IPV6)).isInstanceOf(Resolution.NoSuchName.class);
    assertThat(resolve("x".repeat(300), Family.ANY)).isInstanceOf(Resolution.NoSuchName.class);
    assertThat(resolve("a..b", Family.ANY)).isInstanceOf(Resolution.NoSuchName.class);
  }

  @Test
  void resolve_changedHostsFile() throws Exception {
    assertThat(resolve("intranet", Family.IPV4)).isEqualTo(fresh("10.9.8.7"));
    Path hosts = directory.resolve("hosts");
    Files.writeString(hosts, "10.1.1.1 intranet\n");
    Files.setLastModifiedTime(hosts, java.nio.file.attribute.FileTime.fromMillis(1));

    now.addAndGet(3_000_000_000L);

    assertThat(resolve("intranet", Family.IPV4)).isEqualTo(fresh("10.1.1.1"));
  }

  @Test
  void resolve_timeToLive() throws Exception {
    first.with("short.test", (_, count) -> new Reply.Records(10, List.of("192.0.2." + count)));

    assertThat(resolve("short.test", Family.IPV4)).isEqualTo(fresh("192.0.2.1"));
    now.addAndGet(9_900_000_000L);
    assertThat(resolve("short.test", Family.IPV4)).isEqualTo(fresh("192.0.2.1"));
    now.addAndGet(200_000_000L);
    assertThat(resolve("short.test", Family.IPV4)).isEqualTo(fresh("192.0.2.2"));
  }

  @Test
  void resolve_aliases() throws Exception {
    first.with("a.test", (_, _) -> new Reply.Alias(60, "b.test"));
    first.with("b.test", (_, _) -> new Reply.Alias(5, "c.test"));
    first.with("c.test", 60, "192.0.2.3");

    assertThat(resolve("a.test", Family.IPV4)).isEqualTo(fresh("192.0.2.3"));
    now.addAndGet(6_000_000_000L);
    assertThat(resolve("a.test", Family.IPV4)).isEqualTo(fresh("192.0.2.3"));
    assertThat(first.asked("a.test", Type.A)).isEqualTo(2);
  }

  @Test
  void resolve_aliasLoop() throws Exception {
    first.with("a.test", (_, _) -> new Reply.Alias(60, "a.test"));
    second.with("a.test", (_, _) -> new Reply.Alias(60, "a.test"));

    assertThat(resolve("a.test", Family.IPV4)).isInstanceOf(Resolution.Failure.class);
  }

  @Test
  void resolve_noSuchName() throws Exception {
    assertThat(resolve("nowhere.test", Family.ANY))
        .isEqualTo(new Resolution.NoSuchName("no such name"));
    assertThat(resolve("nowhere.test", Family.ANY)).isInstanceOf(Resolution.NoSuchName.class);
    assertThat(first.asked("nowhere.test", Type.A)).isEqualTo(1);
    assertThat(second.asked("nowhere.test")).isZero();
    now.addAndGet(31_000_000_000L);
    first.with("nowhere.test", 60, "192.0.2.1");
    assertThat(resolve("nowhere.test", Family.IPV4)).isEqualTo(fresh("192.0.2.1"));
  }

  @Test
  void resolve_noAddressOfTheFamily() throws Exception {
    first.with("four.test", 60, "192.0.2.1");

    assertThat(resolve("four.test", Family.IPV6))
        .isEqualTo(new Resolution.NoSuchName("no address"));
  }

  @Test
  void resolve_secondServer() throws Exception {
    first.with("fails.test", (_, _) -> new Reply.Code(Rcode.SERVFAIL));
    first.with("silent.test", (_, _) -> new Reply.Silence());
    second.with("fails.test", 60, "192.0.2.1").with("silent.test", 60, "192.0.2.2");

    assertThat(resolve("fails.test", Family.IPV4)).isEqualTo(fresh("192.0.2.1"));
    assertThat(resolve("silent.test", Family.IPV4)).isEqualTo(fresh("192.0.2.2"));
  }

  @Test
  void resolve_noServer() throws Exception {
    first.with("fails.test", (_, _) -> new Reply.Code(Rcode.SERVFAIL));
    second.with("fails.test", (_, _) -> new Reply.Code(Rcode.REFUSED));
    first.with("silent.test", (_, _) -> new Reply.Silence());
    second.with("silent.test", (_, _) -> new Reply.Silence());

    assertThat(resolve("fails.test", Family.IPV4))
        .isInstanceOfSatisfying(
            Resolution.Failure.class, failure -> assertThat(failure.detail()).isEqualTo("REFUSED"));
    assertThat(resolve("silent.test", Family.IPV4)).isEqualTo(new Resolution.Timeout());
  }

  @Test
  void resolve_closedServers() throws Exception {
    first.close();
    second.close();

    assertThat(resolve("any.test", Family.IPV4))
        .isInstanceOfSatisfying(
            Resolution.Failure.class, failure -> assertThat(failure.cause()).isPresent());
  }

  /** A server that says that it cannot tell says more than one that is not there. */
  @Test
  void resolve_failureAndClosedServer() throws Exception {
    first.with("fails.test", (_, _) -> new Reply.Code(Rcode.SERVFAIL));
    second.close();

    assertThat(resolve("fails.test", Family.IPV4))
        .isEqualTo(new Resolution.Failure("SERVFAIL", Optional.empty()));
  }

  @Test
  void soFar_whileServersAreSilent() throws Exception {
    for (DnsFarm server : List.of(first, second)) {
      server.with("silent.test", (_, _) -> new Reply.Silence());
      server.with(
          "old.test",
          (_, count) ->
              count == 1 ? new Reply.Records(10, List.of("192.0.2.1")) : new Reply.Silence());
    }
    assertThat(resolve("old.test", Family.IPV4)).isEqualTo(fresh("192.0.2.1"));
    assertThat(soFar("old.test", Family.IPV4)).isEqualTo(fresh("192.0.2.1"));
    now.addAndGet(11_000_000_000L);

    assertThat(soFar("old.test", Family.IPV4)).isEqualTo(addresses(true, "192.0.2.1"));
    assertThat(soFar("old.test", Family.ANY)).isEqualTo(addresses(true, "192.0.2.1"));
    assertThat(soFar("old.test", Family.IPV6)).isEqualTo(new Resolution.Timeout());
    CompletableFuture<Resolution> begun = begin("silent.test", Family.IPV4);
    assertThat(soFar("silent.test", Family.IPV4)).isEqualTo(new Resolution.Timeout());
    begun.get(Patience.STEP_S, TimeUnit.SECONDS);
  }

  /** The failure of one server says nothing of the others, which may know the name. */
  @Test
  void soFar_failureOfTheFirstServer_whileTheSecondIsWaitedFor() throws Exception {
    var release = new CompletableFuture<Void>();
    first.with("held.test", (_, _) -> new Reply.Code(Rcode.SERVFAIL));
    second.with(
        "held.test",
        (_, _) -> {
          release.join();
          return new Reply.Records(60, List.of("192.0.2.1"));
        });
    try (Resolver patient = patient(first, second)) {
      CompletableFuture<Resolution> begun = begin(patient, "held.test", Family.IPV4);
      Await.until("the second server was asked", () -> second.asked("held.test") > 0);

      assertThat(patient.soFar("held.test", Family.IPV4).resolution())
          .isEqualTo(new Resolution.Timeout());
      release.complete(null);
      assertThat(begun.get(Patience.STEP_S, TimeUnit.SECONDS)).isEqualTo(fresh("192.0.2.1"));
    }
  }

  @Test
  void soFar_failureOfAllServers_whileTheyAreAskedAgain() throws Exception {
    var release = new CompletableFuture<Void>();
    first.with(
        "fails.test",
        (_, count) -> {
          if (count > 1) {
            release.join();
          }
          return new Reply.Code(Rcode.SERVFAIL);
        });
    try (Resolver patient = patient(first)) {
      CompletableFuture<Resolution> begun = begin(patient, "fails.test", Family.IPV4);
      Await.until("the server was asked again", () -> first.asked("fails.test") > 1);

      assertThat(patient.soFar("fails.test", Family.IPV4).resolution())
          .isEqualTo(new Resolution.Failure("SERVFAIL", Optional.empty()));
      release.complete(null);
      begun.get(Patience.STEP_S, TimeUnit.SECONDS);
    }
  }

  /** The servers told the alias, so that their failure before says nothing any more. */
  @Test
  void soFar_failureBeforeAnAlias() throws Exception {
    var release = new CompletableFuture<Void>();
    first.with(
        "alias.test",
        (_, count) -> count == 1 ? new Reply.Code(Rcode.SERVFAIL) : new Reply.Alias(60, "to.test"));
    first.with("to.test", (_, _) -> new Reply.Code(Rcode.SERVFAIL));
    second.with("alias.test", (_, _) -> new Reply.Code(Rcode.SERVFAIL));
    second.with(
        "to.test",
        (_, _) -> {
          release.join();
          return new Reply.Records(60, List.of("192.0.2.1"));
        });
    try (Resolver patient = patient(first, second)) {
      CompletableFuture<Resolution> begun = begin(patient, "alias.test", Family.IPV4);
      Await.until("the second server was asked", () -> second.asked("to.test") > 0);

      assertThat(patient.soFar("alias.test", Family.IPV4).resolution())
          .isEqualTo(new Resolution.Timeout());
      release.complete(null);
      assertThat(begun.get(Patience.STEP_S, TimeUnit.SECONDS)).isEqualTo(fresh("192.0.2.1"));
    }
  }

  /** A failure for one kind of addresses is none of the name while the other kind is asked for. */
  @Test
  void soFar_failureOfOneFamily_whileTheOtherIsWaitedFor() throws Exception {
    var release = new CompletableFuture<Void>();
    first.with(
        "half.test",
        (type, _) -> {
          if (type == Type.A) {
            release.join();
            return new Reply.Records(60, List.of("192.0.2.1"));
          }
          return new Reply.Code(Rcode.SERVFAIL);
        });
    try (Resolver patient = patient(first)) {
      begin(patient, "half.test", Family.IPV6).get(Patience.STEP_S, TimeUnit.SECONDS);
      CompletableFuture<Resolution> begun = begin(patient, "half.test", Family.ANY);
      Await.until("the server was asked", () -> first.asked("half.test", Type.A) > 0);

      assertThat(patient.soFar("half.test", Family.IPV6).resolution())
          .isInstanceOf(Resolution.Failure.class);
      assertThat(patient.soFar("half.test", Family.ANY).resolution())
          .isEqualTo(new Resolution.Timeout());
      release.complete(null);
      assertThat(begun.get(Patience.STEP_S, TimeUnit.SECONDS)).isEqualTo(fresh("192.0.2.1"));
    }
  }

  @Test
  void resolve_truncatedAnswer() throws Exception {
    first.with(
        "large.test", (_, _) -> new Reply.ByTcp(new Reply.Records(60, List.of("192.0.2.1"))));

    assertThat(resolve("large.test", Family.IPV4)).isEqualTo(fresh("192.0.2.1"));
    assertThat(first.asked("large.test")).isEqualTo(2);
  }

  @Test
  void resolve_forgedAnswer() throws Exception {
    first.with(
        "forged.test", (_, _) -> new Reply.Forged(new Reply.Records(60, List.of("192.0.2.66"))));
    second.with("forged.test", 60, "192.0.2.1");

    assertThat(resolve("forged.test", Family.IPV4)).isEqualTo(fresh("192.0.2.1"));
  }

  @Test
  void resolve_staleIfNoServerAnswers() throws Exception {
    first.with(
        "old.test",
        (_, count) ->
            count == 2
                ? new Reply.Code(Rcode.SERVFAIL)
                : new Reply.Records(10, List.of("192.0.2." + count)));
    second.with("old.test", (_, _) -> new Reply.Code(Rcode.SERVFAIL));
    assertThat(resolve("old.test", Family.IPV4)).isEqualTo(fresh("192.0.2.1"));

    now.addAndGet(11_000_000_000L);
    assertThat(resolve("old.test", Family.IPV4)).isEqualTo(addresses(true, "192.0.2.1"));
    // The servers rest for a moment.
    assertThat(resolve("old.test", Family.IPV4)).isEqualTo(addresses(true, "192.0.2.1"));
    assertThat(first.asked("old.test")).isEqualTo(2);

    now.addAndGet(3_000_000_000L);
    assertThat(resolve("old.test", Family.IPV4)).isEqualTo(fresh("192.0.2.3"));
  }

  @Test
  void resolve_notStaleForEver() throws Exception {
    first.with(
        "old.test",
        (_, count) ->
            count == 1
                ? new Reply.Records(10, List.of("192.0.2.1"))
                : new Reply.Code(Rcode.SERVFAIL));
    second.with("old.test", (_, _) -> new Reply.Code(Rcode.SERVFAIL));
    assertThat(resolve("old.test", Family.IPV4)).isEqualTo(fresh("192.0.2.1"));

    now.addAndGet(90_000_000_000_000L);

    assertThat(resolve("old.test", Family.IPV4)).isInstanceOf(Resolution.Failure.class);
  }

  @Test
  void resolve_oneQuestionForMany() throws Exception {
    var release = new CompletableFuture<Void>();
    first.with(
        "shared.test",
        (_, _) -> {
          release.join();
          return new Reply.Records(60, List.of("192.0.2.1"));
        });
    List<CompletableFuture<Resolution>> results = new ArrayList<>();
    try (Resolver patient = patient(first, second)) {
      for (int i = 0; i < 50; i++) {
        results.add(begin(patient, "shared.test", Family.IPV4));
      }
      Await.until("the server was asked", () -> first.asked("shared.test") > 0);
      release.complete(null);

      for (CompletableFuture<Resolution> result : results) {
        assertThat(result.get(Patience.STEP_S, TimeUnit.SECONDS)).isEqualTo(fresh("192.0.2.1"));
      }
    }
    assertThat(first.asked("shared.test")).isEqualTo(1);
  }

  @Test
  void resolve_ipv6QuestionsAreNeverAnswered() throws Exception {
    for (DnsFarm server : List.of(first, second)) {
      server.with(
          "half.test",
          (type, _) ->
              type == Type.AAAA
                  ? new Reply.Silence()
                  : new Reply.Records(60, List.of("192.0.2.1")));
    }

    assertThat(resolve("half.test", Family.ANY)).isEqualTo(fresh("192.0.2.1"));
  }

  @Test
  void isFailing_mostNames() throws Exception {
    for (int i = 0; i < 6; i++) {
      first.with("fails" + i + ".test", (_, _) -> new Reply.Code(Rcode.SERVFAIL));
      second.with("fails" + i + ".test", (_, _) -> new Reply.Code(Rcode.SERVFAIL));
      first.with("works" + i + ".test", 60, "192.0.2.1");
    }
    for (int i = 0; i < 5; i++) {
      resolve("works" + i + ".test", Family.IPV4);
      resolve("fails" + i + ".test", Family.IPV4);
    }
    assertThat(resolver.isFailing()).isFalse();

    resolve("fails5.test", Family.IPV4);
    assertThat(resolver.isFailing()).isTrue();

    now.addAndGet(FailingNames.WINDOW_NANOS + 1);
    assertThat(resolver.isFailing()).isFalse();
  }

  @Test
  void isFailing_fewNamesSayNothing() throws Exception {
    first.with("fails.test", (_, _) -> new Reply.Code(Rcode.SERVFAIL));
    second.with("fails.test", (_, _) -> new Reply.Code(Rcode.SERVFAIL));

    resolve("fails.test", Family.IPV4);

    assertThat(resolver.isFailing()).isFalse();
  }

  /** A question that waits for its turn says how long, and the resolver says that one waits. */
  @Test
  void isBusy_whileQuestionsWaitForTheirTurn() throws Exception {
    var release = new CompletableFuture<Void>();
    for (String name : List.of("one.test", "two.test")) {
      first.with(
          name,
          (_, _) -> {
            release.join();
            return new Reply.Records(60, List.of("192.0.2.1"));
          });
    }
    ResolverOptions narrow =
        ResolverOptions.of(List.of(first.address()))
            .withAttemptMs(10_000)
            .withInFlightMax(1)
            .withHostsFile(directory.resolve("none"));
    try (Resolver busy = new Resolver(narrow, now::get)) {
      List<CompletableFuture<Resolution.Timed>> results = new ArrayList<>();
      for (String name : List.of("one.test", "two.test")) {
        var result = new CompletableFuture<Resolution.Timed>();
        busy.resolve(name, Family.IPV4, result::complete);
        results.add(result);
      }
      Await.until("a question waits", busy::isBusy);
      now.addAndGet(7_000);
      release.complete(null);

      List<Long> waited = new ArrayList<>();
      for (CompletableFuture<Resolution.Timed> result : results) {
        Resolution.Timed timed = result.get(Patience.STEP_S, TimeUnit.SECONDS);
        assertThat(timed.resolution()).isEqualTo(fresh("192.0.2.1"));
        waited.add(timed.waitedNanos());
      }
      assertThat(waited).containsExactlyInAnyOrder(0L, 7_000L);
      assertThat(busy.isBusy()).isFalse();
    }
  }

  /** Our own bound says nothing of the name, nor of its servers. */
  @Test
  void resolve_tooManyQuestions_areNotAsked() throws Exception {
    var release = new CompletableFuture<Void>();
    first.with(
        "held.test",
        (_, _) -> {
          release.join();
          return new Reply.Records(60, List.of("192.0.2.1"));
        });
    ResolverOptions usual = ResolverOptions.of(List.of(first.address()));
    var one =
        new ResolverOptions(
            usual.servers(),
            directory.resolve("none"),
            10_000,
            usual.inFlightMax(),
            1,
            usual.entriesMax(),
            usual.ttlMinMs(),
            usual.ttlMaxMs(),
            usual.negativeMaxMs(),
            usual.failureMs(),
            usual.staleMaxMs());
    try (Resolver full = new Resolver(one, now::get)) {
      var held = new CompletableFuture<Resolution.Timed>();
      full.resolve("held.test", Family.IPV4, held::complete);
      for (int i = 0; i < 10; i++) {
        var further = new CompletableFuture<Resolution.Timed>();
        full.resolve("further" + i + ".test", Family.IPV4, further::complete);
        assertThat(further.get().resolution()).isEqualTo(new Resolution.Unasked());
      }
      assertThat(full.isFailing()).isFalse();
      release.complete(null);
      assertThat(held.get().resolution()).isEqualTo(fresh("192.0.2.1"));
    }
  }

  /** A question that failed without an end would be in progress for ever. */
  @Test
  void resolve_questionThatFails_isAskedAgain() throws Exception {
    first.with("page.test", 60, "192.0.2.1");
    var isPlanted = new AtomicBoolean(true);
    LongSupplier clock =
        () -> {
          // The second reading of the question's own thread: when the answer is there.
          if (Thread.currentThread().isVirtual()
              && first.asked("page.test") > 0
              && isPlanted.getAndSet(false)) {
            throw new OutOfMemoryError("planted");
          }
          return now.get();
        };
    ResolverOptions options =
        ResolverOptions.of(List.of(first.address())).withHostsFile(directory.resolve("none"));
    try (Resolver failing = new Resolver(options, clock)) {
      for (Resolution wanted : List.of(new Resolution.Timeout(), fresh("192.0.2.1"))) {
        var result = new CompletableFuture<Resolution>();
        failing.resolve("page.test", Family.IPV4, timed -> result.complete(timed.resolution()));
        assertThat(result.get(Patience.STEP_S, TimeUnit.SECONDS)).isEqualTo(wanted);
      }
    }
  }

  /** Without memory a name is resolved later, whatever failed for want of it. */
  @Test
  void resolve_noThreadForTheQuestion_isAskedAgain() throws Exception {
    first.with("page.test", 60, "192.0.2.1");
    var isPlanted = new AtomicBoolean(true);
    ThreadFactory threads =
        task -> {
          if (isPlanted.getAndSet(false)) {
            throw new OutOfMemoryError("planted");
          }
          return Thread.ofVirtual().unstarted(task);
        };
    try (Resolver failing = new Resolver(options(first), now::get, threads)) {
      assertThat(begin(failing, "page.test", Family.IPV4).get(Patience.STEP_S, TimeUnit.SECONDS))
          .isEqualTo(new Resolution.Timeout());
      assertThat(begin(failing, "page.test", Family.IPV4).get(Patience.STEP_S, TimeUnit.SECONDS))
          .isEqualTo(fresh("192.0.2.1"));
    }
  }

  @Test
  void resolve_noMemoryToSayWhy_isAskedAgain() throws Exception {
    first.with("page.test", 60, "192.0.2.1");
    var isPlanted = new AtomicBoolean(true);
    LongSupplier clock =
        () -> {
          if (Thread.currentThread().isVirtual() && isPlanted.getAndSet(false)) {
            throw new UnspeakableError();
          }
          return now.get();
        };
    try (Resolver failing = new Resolver(options(first), clock)) {
      assertThat(begin(failing, "page.test", Family.IPV4).get(Patience.STEP_S, TimeUnit.SECONDS))
          .isEqualTo(new Resolution.Timeout());
      assertThat(begin(failing, "page.test", Family.IPV4).get(Patience.STEP_S, TimeUnit.SECONDS))
          .isEqualTo(fresh("192.0.2.1"));
    }
  }

  /** A lack of memory that lasts. */
  private static final class UnspeakableError extends Error {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new OutOfMemoryError("planted");
    }
  }

  @Test
  void resolve_afterClose() throws Exception {
    resolver.close();

    assertThat(resolve("page.test", Family.IPV4))
        .isInstanceOfSatisfying(
            Resolution.Failure.class, failure -> assertThat(failure.cause()).isPresent());
  }

  @Test
  void servers_ofResolvConf() throws Exception {
    Path file = directory.resolve("resolv.conf");
    Files.writeString(
        file,
        "search example.test\nnameserver 192.0.2.1\nnameserver 2001:db8::1\noptions x\nnameserver 192.0.2.3\nnameserver 192.0.2.4\n");

    assertThat(ResolvConf.servers(file))
        .extracting(server -> server.getAddress().getHostAddress() + " " + server.getPort())
        .containsExactly("192.0.2.1 53", "2001:db8:0:0:0:0:0:1 53", "192.0.2.3 53");
  }

  private Resolution resolve(String host, Family family) throws Exception {
    return begin(host, family).get(Patience.STEP_S, TimeUnit.SECONDS);
  }

  private Resolution soFar(String host, Family family) {
    return resolver.soFar(host, family).resolution();
  }

  private CompletableFuture<Resolution> begin(String host, Family family) {
    return begin(resolver, host, family);
  }

  /** A resolver that waits for servers that are held. */
  private Resolver patient(DnsFarm... servers) {
    return new Resolver(options(servers).withAttemptMs(10_000), now::get);
  }

  private ResolverOptions options(DnsFarm... servers) {
    return ResolverOptions.of(Stream.of(servers).map(DnsFarm::address).toList())
        .withHostsFile(directory.resolve("none"));
  }

  private static CompletableFuture<Resolution> begin(Resolver by, String host, Family family) {
    var result = new CompletableFuture<Resolution>();
    by.resolve(host, family, timed -> result.complete(timed.resolution()));
    return result;
  }

  private static Resolution fresh(String... addresses) {
    return addresses(false, addresses);
  }

  private static Resolution addresses(boolean isStale, String... addresses) {
    return new Resolution.Addresses(
        List.of(addresses).stream().map(InetAddress::ofLiteral).toList(), isStale);
  }
}
