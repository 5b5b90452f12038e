package dev.holdfast.counters.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.QuietLogs;
import dev.holdfast.counters.Address;
import dev.holdfast.counters.Guarded;
import dev.holdfast.counters.Network.Outcome;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.RawServer;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Failures that nobody foresaw, on the one thread that talks to all actors. */
class PeerLoopTest {
  @RegisterExtension static final QuietLogs QUIET = QuietLogs.ofAll();

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final AtomicInteger failures = new AtomicInteger();
  private final Guarded guarded = new Guarded(failures::incrementAndGet);

  private static Post post(String host, Consumer<Outcome> then) throws IOException {
    long hour = System.nanoTime() + TimeUnit.HOURS.toNanos(1);
    return new Post(new Address(host, FreePorts.one()), new byte[] {1}, hour, then);
  }

  private static Outcome asked(PeerLoop loop, String host) throws Exception {
    var outcome = new CompletableFuture<Outcome>();
    Post post = post(host, outcome::complete);
    loop.run(() -> loop.send(post));
    return outcome.get(Patience.STEP_S, TimeUnit.SECONDS);
  }

  @Test
  void taskThatFails_isCounted_andTheThreadGoesOn() throws Exception {
    try (var loop = new PeerLoop(LOOPBACK, Runnable::run, guarded)) {
      loop.run(
          () -> {
            throw new StackOverflowError("planted");
          });
      assertThat(asked(loop, "127.0.0.1")).isInstanceOf(Outcome.Refused.class);
    }
    assertThat(failures).hasValue(1);
  }

  @Test
  void outcomeThatFails_isCounted_andTheNextMessageIsSent() throws Exception {
    try (var loop = new PeerLoop(LOOPBACK, Runnable::run, guarded)) {
      Post post =
          post(
              "127.0.0.1",
              _ -> {
                throw new StackOverflowError("planted");
              });
      loop.run(() -> loop.send(post));
      assertThat(asked(loop, "127.0.0.1")).isInstanceOf(Outcome.Refused.class);
    }
    assertThat(failures.get()).isPositive();
  }

  /** A name has several IP addresses, and its actor listens at one of them. */
  @Test
  void nameOfWhichTheFirstAddressRefuses_isAskedAtTheNext() throws Exception {
    List<InetAddress> several =
        List.of(InetAddress.ofLiteral("127.0.0.2"), InetAddress.ofLiteral("127.0.0.1"));
    try (var server =
            new RawServer(
                (client, _) -> {
                  while (true) {
                    client.requestWithBody();
                    client.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nreply");
                  }
                });
        var loop = new PeerLoop(LOOPBACK, Runnable::run, guarded, _ -> several)) {
      var all = new ArrayList<CompletableFuture<Outcome>>();
      for (int i = 0; i < 100; i++) {
        var outcome = new CompletableFuture<Outcome>();
        all.add(outcome);
        long hour = System.nanoTime() + TimeUnit.HOURS.toNanos(1);
        var to = new Address("a.example", server.uri().getPort());
        var post = new Post(to, new byte[] {1}, hour, outcome::complete);
        loop.run(() -> loop.send(post));
      }
      for (CompletableFuture<Outcome> outcome : all) {
        assertThat(outcome.get(Patience.STEP_S, TimeUnit.SECONDS))
            .isInstanceOf(Outcome.Replied.class);
      }
    }
  }

  @Test
  void nameOfWhichAllAddressesRefuse_isRefused() throws Exception {
    List<InetAddress> several =
        List.of(InetAddress.ofLiteral("127.0.0.2"), InetAddress.ofLiteral("127.0.0.1"));
    try (var loop = new PeerLoop(LOOPBACK, Runnable::run, guarded, _ -> several)) {
      assertThat(asked(loop, "a.example")).isInstanceOf(Outcome.Refused.class);
      assertThat(asked(loop, "a.example")).isInstanceOf(Outcome.Refused.class);
    }
  }

  /** A link that waits for a name for ever would send nothing any more. */
  @Test
  void nameThatCannotBeLookedUp_isSilent_andSoIsTheNextMessage() throws Exception {
    Executor without =
        _ -> {
          throw new StackOverflowError("planted");
        };
    try (var loop = new PeerLoop(LOOPBACK, without, guarded)) {
      assertThat(asked(loop, "a.invalid")).isInstanceOf(Outcome.Silent.class);
      assertThat(asked(loop, "a.invalid")).isInstanceOf(Outcome.Silent.class);
    }
    assertThat(failures).hasValue(2);
  }
}
