package dev.holdfast.watcher.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.QuietLogs;
import dev.holdfast.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class HostsFileTest {
  @RegisterExtension static final QuietLogs QUIET = QuietLogs.of(HostsFile.class);

  private final AtomicLong now = new AtomicLong(1_000_000_000_000L);
  private final AtomicInteger reads = new AtomicInteger();

  private static Map<String, List<InetAddress>> names(String name) {
    return Map.of(name, List.of(InetAddress.ofLiteral("192.0.2.1")));
  }

  private static CompletableFuture<Map<String, List<InetAddress>>> ask(HostsFile hosts) {
    var taken = new CompletableFuture<Map<String, List<InetAddress>>>();
    hosts.names(taken::complete);
    return taken;
  }

  @Test
  void names_fileThatHangs_keepsThoseThatWereInIt_andHoldsUpNobody() throws Exception {
    var release = new CompletableFuture<Void>();
    var hosts =
        new HostsFile(
            _ -> {
              if (reads.incrementAndGet() == 1) {
                return new HostsFile.Names(names("old"), Optional.empty());
              }
              release.join();
              return new HostsFile.Names(names("new"), Optional.empty());
            },
            now::get);
    now.addAndGet(3_000_000_000L);

    assertThat(ask(hosts).get()).containsOnlyKeys("old");
    now.addAndGet(3_000_000_000L);
    assertThat(ask(hosts)).as("nobody waits for it any more").isDone();
    assertThat(ask(hosts).get()).containsOnlyKeys("old");
    assertThat(reads).hasValue(2);

    release.complete(null);
    Await.until("the file is read", () -> ask(hosts).get().containsKey("new"));
  }

  @Test
  void names_fileThatCannotBeRead_keepsThoseThatWereInIt() throws Exception {
    var hosts =
        new HostsFile(
            _ -> {
              if (reads.incrementAndGet() > 1) {
                throw new IOException("planted");
              }
              return new HostsFile.Names(names("old"), Optional.empty());
            },
            now::get);
    now.addAndGet(3_000_000_000L);

    assertThat(ask(hosts).get()).containsOnlyKeys("old");
    Await.until("the file was looked at", () -> reads.get() == 2);
  }
}
