package dev.holdfast.watcher.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.farm.Farm;
import dev.holdfast.testkit.farm.Sites;
import dev.holdfast.watcher.Measured;
import dev.holdfast.watcher.Outcome;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plain checks go on while those with TLS do not: TLS has loops of its own. */
final class TlsBurstTest {
  private static final int BURST = 100;
  private static final int PLAIN = 50;

  private final CountDownLatch release = new CountDownLatch(1);
  private ProbeFixture fixture;
  private Farm farm;

  @BeforeEach
  void start() throws Exception {
    fixture = ProbeFixture.start();
    farm = fixture.farm.with("page", Sites.page("hello"));
  }

  @AfterEach
  void stop() throws Exception {
    release.countDown();
    fixture.close();
  }

  private List<CompletableFuture<Measured>> begin(int count, URI url) {
    List<CompletableFuture<Measured>> begun = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      begun.add(fixture.begin(Ask.of(url).endpoint()));
    }
    return begun;
  }

  private static void assertUp(List<CompletableFuture<Measured>> checks) throws Exception {
    for (CompletableFuture<Measured> check : checks) {
      assertThat(check.get().outcome()).isEqualTo(Outcome.UP);
    }
  }

  @Test
  void plainChecks_whileHandshakesHang() throws Exception {
    farm.beforeHandshakes(release::await);
    List<CompletableFuture<Measured>> secured = begin(BURST, farm.tlsUrl(Farm.Name.GOOD, "page"));
    Await.until("all shake hands", () -> fixture.probe.visitsAt(Marks.Stage.TLS) == BURST);

    assertUp(begin(PLAIN, farm.url("page")));

    assertThat(secured).noneMatch(CompletableFuture::isDone);
    release.countDown();
    assertUp(secured);
  }

  /** Every loop of TLS is taken, as by handshakes that compute. */
  @Test
  void plainChecks_whileTheLoopsOfTlsAreTaken() throws Exception {
    Set<String> taken = ConcurrentHashMap.newKeySet();
    URI nobody = URI.create("https://127.0.0.1:" + FreePorts.one() + "/");
    for (int i = 0; i < ProbeOptions.DEFAULT.tlsLoops(); i++) {
      fixture.probe.check(
          Ask.of(nobody).endpoint(),
          _ -> {
            taken.add(Thread.currentThread().getName());
            awaitRelease();
          });
    }
    Await.until(
        "all loops are taken",
        () ->
            taken.stream().filter(name -> name.startsWith("watcher-tls-")).count()
                == ProbeOptions.DEFAULT.tlsLoops());
    List<CompletableFuture<Measured>> secured = begin(BURST, farm.tlsUrl(Farm.Name.GOOD, "page"));

    assertUp(begin(PLAIN, farm.url("page")));

    assertThat(secured).noneMatch(CompletableFuture::isDone);
    release.countDown();
    assertUp(secured);
  }

  private void awaitRelease() {
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
