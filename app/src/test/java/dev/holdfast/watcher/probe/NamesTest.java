package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Patience;
import dev.holdfast.testkit.farm.DnsFarm;
import dev.holdfast.watcher.Reach;
import dev.holdfast.watcher.dns.Resolution;
import dev.holdfast.watcher.dns.Resolver;
import dev.holdfast.watcher.dns.ResolverOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Names of checks. */
final class NamesTest {
  /** The deadline of a name would keep its check in memory for half of its time-out. */
  @Test
  void resolve_keepsNoDeadlineOfANameThatIsResolved() throws Exception {
    var time = new ManualNanos();
    var release = new CompletableFuture<Void>();
    try (DnsFarm dns = DnsFarm.start();
        Deadlines deadlines = new Deadlines(time, _ -> {});
        Resolver resolver =
            new Resolver(
                ResolverOptions.of(List.of(dns.address()))
                    .withAttemptMs(10_000)
                    .withHostsFile(Path.of("no-such-file")),
                time)) {
      dns.with(
          "page.test",
          (_, _) -> {
            release.join();
            return new DnsFarm.Reply.Records(60, List.of("192.0.2.1"));
          });
      var names = new Names(resolver, deadlines, time);
      var resolution = new CompletableFuture<Resolution>();

      names.resolve(
          "page.test",
          Reach.Family.IPV4,
          time.getAsLong() + 60_000_000_000L,
          timed -> resolution.complete(timed.resolution()));
      time.advanceMs(2_000);
      assertThat(deadlines.isStalled()).as("a deadline is set, and nobody turns").isTrue();
      release.complete(null);
      resolution.get(Patience.STEP_S, TimeUnit.SECONDS);

      assertThat(deadlines.isStalled()).as("a deadline is set").isFalse();
    }
  }
}
