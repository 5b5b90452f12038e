package dev.holdfast.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.names.Name;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Effort;
import dev.holdfast.testkit.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Requests whose connection breaks go on at the file server: the next one for the name, of the same
 * caller too, comes when they are over. Each story ends with a look at how soon it came, and at the
 * file server's counts: no two requests of one name met there.
 */
@Tag("long")
class AbandonedRequestsTest {
  /** How long a request that was cut off goes on at the file server, besides what it takes. */
  private static final long LATE_MS = 100;

  /** How long it is taken to go on. */
  private static final long LINGER_MS = 500;

  private static final long PATIENCE_MS = Patience.STEP.toMillis();

  @TempDir private Path directory;

  @Test
  void put_afterOneThatWasCutOff_comesWhenThatIsOver() throws Exception {
    tell(
        Mode.THROUGH,
        (f, proxy) -> {
          proxy.cutNext("PUT", 1);
          f.server.troubles().delayNext(1, LATE_MS);
          assertThat(f.put("a", "body.")).isInstanceOf(WriteOutcome.Done.class);
          assertThat(f.atOrigin("a")).isEqualTo("body.");
          assertThat(f.server.gets("a")).as("read back").isEqualTo(1);
        });
  }

  @Test
  void readBack_thatWasCutOff_isRepeatedWithItsPut_whenItIsOver() throws Exception {
    tell(
        Mode.THROUGH,
        (f, proxy) -> {
          proxy.cutNext("PUT", 1);
          proxy.cutNext("GET", 1);
          f.server.troubles().delayNext(2, LATE_MS);
          assertThat(f.put("a", "body.")).isInstanceOf(WriteOutcome.Done.class);
          assertThat(f.atOrigin("a")).isEqualTo("body.");
          assertThat(f.server.gets("a")).as("read back twice").isEqualTo(2);
        });
  }

  /** A DELETE that meets a GET of its name hangs the real server for good. */
  @Test
  void conditionalDelete_afterAReadThatWasCutOff_doesNotMeetIt() throws Exception {
    tell(
        Mode.THROUGH,
        (f, proxy) -> {
          Files.writeString(f.data.resolve("a"), "there");
          proxy.cutNext("GET", 1);
          f.server.troubles().delayNext(1, LATE_MS);
          assertThat(f.files.delete(Name.parse("a"), Optional::isPresent))
              .isInstanceOf(WriteOutcome.Done.class);
          assertThat(f.atOrigin("a")).isEqualTo("(absent)");
        });
  }

  @Test
  void delete_afterOneThatWasCutOff_comesWhenThatIsOver() throws Exception {
    tell(
        Mode.THROUGH,
        (f, proxy) -> {
          Files.writeString(f.data.resolve("a"), "there");
          proxy.cutNext("DELETE", 1);
          f.server.troubles().delayNext(1, LATE_MS);
          assertThat(f.delete("a")).isInstanceOf(WriteOutcome.Done.class);
          assertThat(f.atOrigin("a")).isEqualTo("(absent)");
        });
  }

  @ParameterizedTest
  @EnumSource
  void read_afterOneThatWasCutOff_comesWhenThatIsOver(Mode mode) throws Exception {
    tell(
        mode,
        (f, proxy) -> {
          Files.writeString(f.data.resolve("a"), "there");
          proxy.cutNext("GET", 2);
          f.server.troubles().delayNext(2, LATE_MS);
          assertThat(f.read("a")).isEqualTo("there");
          assertThat(f.server.gets("a")).isEqualTo(3);
        });
  }

  @ParameterizedTest
  @EnumSource
  void hostileTraffic_ofWhichEverySixthRequestIsCutOff_neverMeetsItself(Mode mode)
      throws Exception {
    long seed = System.nanoTime();
    System.out.println("hostileTraffic: seed " + seed);
    tell(
        mode,
        (f, proxy) -> {
          var random = new Random(seed);
          var isFirst = new AtomicBoolean(true); // else there may be none among few requests
          proxy.cutBy(() -> isFirst.getAndSet(false) || random.nextInt(6) == 0);
          try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var clients = new ArrayList<Future<Void>>();
            for (int client = 0; client < 6; client++) {
              var dice = new Random(seed + client);
              clients.add(threads.submit(() -> act(f, dice)));
            }
            for (Future<Void> client : clients) {
              client.get();
            }
          }
          proxy.cutBy(() -> false);
          Await.until("all is settled", () -> f.store.allPending().isEmpty());
          assertThat(proxy.cutsDone()).as("requests cut off").isPositive();
          for (String name : List.of("a", "b", "c")) {
            assertThat(f.read(name)).isEqualTo(f.atOrigin(name));
          }
        });
  }

  private static Void act(ServiceFixture f, Random dice) throws Exception {
    for (int i = 0; i < Effort.of(8, 500); i++) {
      String name = List.of("a", "b", "c").get(dice.nextInt(3));
      Callable<?> act =
          switch (dice.nextInt(4)) {
            case 0 -> () -> f.files.read(Name.parse(name));
            case 1 -> () -> f.delete(name);
            case 2 -> () -> f.files.delete(Name.parse(name), Optional::isPresent);
            default -> () -> f.put(name, "body " + dice.nextInt() + ".");
          };
      act.call();
    }
    return null;
  }

  private interface Story {
    void tell(ServiceFixture f, CuttingProxy proxy) throws Exception;
  }

  private void tell(Mode mode, Story story) throws Exception {
    var config = ServiceFixture.config(mode, PATIENCE_MS);
    try (var f = new ServiceFixture(directory, config, StagingLimits.DEFAULT);
        var proxy = new CuttingProxy(f.serverPort())) {
      f.restartServiceWith(ServiceFixture.origin(proxy.port(), 7, LINGER_MS));
      story.tell(f, proxy);
      assertThat(proxy.cutsLeft()).isZero();
      assertThat(proxy.soonestNanos())
          .isBetween(TimeUnit.MILLISECONDS.toNanos(LINGER_MS), Long.MAX_VALUE - 1);
      assertThat(f.server.counts().overlaps()).isZero();
      f.restartServiceWith(ServiceFixture.origin(f.serverPort(), 7, 20));
    }
  }
}
