package dev.holdfast.counters.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.QuietLogs;
import dev.holdfast.counters.Actor;
import dev.holdfast.counters.ActorConfig;
import dev.holdfast.counters.AddOutcome;
import dev.holdfast.counters.Address;
import dev.holdfast.counters.Configuration;
import dev.holdfast.counters.CounterName;
import dev.holdfast.counters.DeadActors.Heir;
import dev.holdfast.counters.DeadActors.Left;
import dev.holdfast.counters.Guarded;
import dev.holdfast.counters.Id;
import dev.holdfast.counters.LeftDirectory;
import dev.holdfast.counters.LeftShares;
import dev.holdfast.counters.Meters;
import dev.holdfast.counters.Network;
import dev.holdfast.disk.DirectoryLock;
import dev.holdfast.disk.Disk;
import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.disk.LockHolder;
import dev.holdfast.names.BadNameException;
import dev.holdfast.testkit.Await;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Directories on the real disk, and other processes that have their locks. */
class SharedDirectoriesTest {
  @RegisterExtension static final QuietLogs QUIET = QuietLogs.ofAll();

  /** Long enough for whatever ends at all. */
  private static final long LONG_MS = 120_000;

  @TempDir private Path place;
  private final AtomicInteger failures = new AtomicInteger();
  private final List<BigInteger> values = new CopyOnWriteArrayList<>();
  private volatile boolean agrees = true;
  private volatile boolean failsToTake;
  private volatile boolean hasMemory = true;
  private SharedDirectories shared;
  private CounterName x;

  @BeforeEach
  void open() throws IOException, BadNameException {
    x = CounterName.parse("x");
    Path own = Files.createDirectories(place.resolve("1/own")).getParent();
    open(own, new LocalDisk());
  }

  private void open(Path own, Disk disk) {
    shared =
        new SharedDirectories(
            new ActorDirectories(List.of(place)),
            own,
            disk,
            new Guarded(failures::incrementAndGet));
  }

  @AfterEach
  void close() {
    shared.close();
  }

  @Test
  void deadActor_isRead() throws Exception {
    Id actor = live("2", 5);
    assertThat(valuesOf(actor)).containsExactly(BigInteger.valueOf(5));
  }

  @Test
  void actorThatHasItsLock_isNotRead_untilItIsKilled() throws Exception {
    Id actor = live("2", 5);
    try (LockHolder alive = LockHolder.alone(place.resolve("2"), 0)) {
      assertThat(alive.isLocked()).isTrue();
      assertThat(read(actor)).isEmpty();
      assertThat(read(actor)).as("a look does not give its lock back").isEmpty();
      alive.kill();
      assertThat(valuesOf(actor)).containsExactly(BigInteger.valueOf(5));
    }
  }

  @Test
  void severalReaders_readAtOnce() throws Exception {
    Id actor = live("2", 5);
    try (LockHolder reader = LockHolder.shared(place.resolve("2"))) {
      assertThat(reader.isLocked()).isTrue();
      assertThat(valuesOf(actor)).containsExactly(BigInteger.valueOf(5));
    }
  }

  /** It came back, counted in a new slot, and died again. */
  @Test
  void actorThatLivedOnceMore_isReadAnew() throws Exception {
    Id actor = live("2", 5);
    Optional<Left> before = read(actor);
    assertThat(values).containsExactly(BigInteger.valueOf(5));
    assertThat(live("2", 8)).isEqualTo(actor);
    values.clear();
    assertThat(read(actor).orElseThrow().state()).isNotEqualTo(before.orElseThrow().state());
    assertThat(values).containsExactlyInAnyOrder(BigInteger.valueOf(5), BigInteger.valueOf(8));
  }

  @Test
  void actorOfAnotherDirectory_isNotTakenForIt() throws Exception {
    live("2", 5);
    assertThat(read(new Id(1, 2))).isEmpty();
  }

  /** The copy may have counted, too: it is not known which of them was at the address. */
  @Test
  void actorWithTwoDirectories_isNotRead() throws Exception {
    Id actor = live("2", 5);
    copy(place.resolve("2"), place.resolve("3"));
    assertThat(read(actor)).isEmpty();
  }

  @Test
  void damagedDirectory_isNotRead() throws Exception {
    Id actor = live("2", 5);
    Path file;
    try (Stream<Path> files = Files.list(place.resolve("2/own"))) {
      file = files.findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[40] ^= 1;
    Files.write(file, bytes);
    assertThat(read(actor)).isEmpty();
  }

  /** They have all counters of all actors, each. So each is read once, and not kept. */
  @Test
  void severalDeadActors_areReadOnceEach_howeverOftenTheyAreLookedAt() throws Exception {
    var opened = new AtomicInteger();
    shared.close();
    open(
        place.resolve("1"),
        new ForwardingDisk(new LocalDisk()) {
          @Override
          public InputStream open(Path file) throws IOException {
            opened.incrementAndGet();
            return super.open(file);
          }
        });
    var actors = new ArrayList<Id>();
    for (int i = 2; i <= 6; i++) {
      actors.add(live(Integer.toString(i), i));
    }
    for (Id actor : actors) {
      read(actor);
    }
    assertThat(values).hasSize(actors.size());
    int before = opened.get();
    for (int round = 0; round < 3; round++) {
      assertThat(look(Set.copyOf(actors)).keySet()).containsExactlyInAnyOrderElementsOf(actors);
      for (Id actor : actors) {
        assertThat(read(actor).orElseThrow().isTaken()).isTrue();
      }
    }
    assertThat(opened).hasValue(before);
    assertThat(values).hasSize(actors.size());
  }

  /** Its configuration comes first. */
  @Test
  void actorWithAnotherConfiguration_isTakenWhenTheHeirHasIt() throws Exception {
    Id actor = live("2", 5);
    agrees = false;
    assertThat(read(actor).orElseThrow().isTaken()).isFalse();
    assertThat(values).isEmpty();
    agrees = true;
    assertThat(read(actor).orElseThrow().isTaken()).isTrue();
    assertThat(values).containsExactly(BigInteger.valueOf(5));
  }

  @Test
  void actorThatTheHeirCouldNotTake_isReadAnew() throws Exception {
    Id actor = live("2", 5);
    failsToTake = true;
    assertThat(read(actor)).isEmpty();
    failsToTake = false;
    assertThat(valuesOf(actor)).containsExactly(BigInteger.valueOf(5));
  }

  @Test
  void actorThatTheHeirHasNoMemoryFor_isSaidToBeNotTaken_andReadAnew() throws Exception {
    Id actor = live("2", 5);
    hasMemory = false;
    assertThat(read(actor)).get().returns(false, Left::isTaken);
    hasMemory = true;
    assertThat(read(actor)).get().returns(true, Left::isTaken);
  }

  /** The reader is in the middle of a directory whose actor starts. */
  @Test
  void reader_givesWayToAnActorThatStarts() throws Exception {
    Id actor = live("2", 5);
    shared.close();
    var starting = new ArrayList<LockHolder>();
    open(
        place.resolve("1"),
        new ForwardingDisk(new LocalDisk()) {
          @Override
          public void force(Path file) throws IOException {
            if (starting.isEmpty()) {
              starting.add(LockHolder.alone(place.resolve("2"), LONG_MS));
              awaitTheGate();
            }
            super.force(file);
          }
        });
    assertThat(read(actor)).isEmpty();
    assertThat(values).isEmpty();
    assertThat(starting.getFirst().isLocked()).isTrue();
    starting.getFirst().kill();
    assertThat(valuesOf(actor)).containsExactly(BigInteger.valueOf(5));
  }

  private void awaitTheGate() throws IOException {
    try {
      Await.until(
          "the starting one stands at the gate",
          () -> {
            try (DirectoryLock lock = DirectoryLock.shared(place.resolve("2")).orElse(null)) {
              return lock == null;
            }
          });
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  @Test
  void placeThatIsNoDirectory_isLeftOut() throws Exception {
    Id actor = live("2", 5);
    Path odd = Files.createFile(place.resolve("odd"));
    shared.close();
    shared =
        new SharedDirectories(
            new ActorDirectories(List.of(odd, place)),
            place.resolve("1"),
            new LocalDisk(),
            new Guarded(failures::incrementAndGet));
    assertThat(valuesOf(actor)).containsExactly(BigInteger.valueOf(5));
  }

  /** A read waits for the answer, and a later one is answered, too. */
  @Test
  void diskThatFailsAsNobodyForesaw_isNobody_andCounted() throws Exception {
    Id actor = live("2", 5);
    shared.close();
    var isFailing = new AtomicBoolean(true);
    open(
        place.resolve("1"),
        new ForwardingDisk(new LocalDisk()) {
          @Override
          public void force(Path file) throws IOException {
            if (isFailing.get()) {
              throw new StackOverflowError("planted");
            }
            super.force(file);
          }
        });
    assertThat(read(actor)).isEmpty();
    assertThat(failures).hasValue(1);
    isFailing.set(false);
    assertThat(valuesOf(actor)).containsExactly(BigInteger.valueOf(5));
  }

  /** Returns what is taken of an actor that nothing was taken of before. */
  private List<BigInteger> valuesOf(Id actor) {
    values.clear();
    assertThat(read(actor)).isPresent();
    return List.copyOf(values);
  }

  private Optional<Left> read(Id actor) {
    return Optional.ofNullable(look(Set.of(actor)).get(actor));
  }

  private Map<Id, Left> look(Set<Id> actors) {
    var found = new CompletableFuture<Map<Id, Left>>();
    shared.look(actors, new Taker(), found::complete);
    return found.join();
  }

  /** Takes the shares of x. */
  private final class Taker implements Heir {
    @Override
    public boolean agrees(Configuration theirs) {
      return agrees;
    }

    @Override
    public boolean take(LeftDirectory left) {
      if (failsToTake) {
        throw new IllegalStateException("planted");
      }
      values.addAll(LeftShares.of(left, x));
      return hasMemory;
    }
  }

  /** Lets an actor live in a directory and count, and returns which one it is. */
  private Id live(String name, long amount) throws IOException {
    Path directory = Files.createDirectories(place.resolve(name));
    try (var _ = DirectoryLock.alone(directory, 0).orElseThrow();
        var clock = new SystemClock()) {
      Actor actor =
          Actor.start(
              ActorConfig.DEFAULT,
              new Actor.World(
                  new LocalDisk(),
                  directory,
                  _ -> Runnable::run,
                  clock,
                  new Nobody(),
                  new SecureRandom(),
                  new NoMeters()));
      var counted = new CompletableFuture<AddOutcome>();
      actor.add(Map.of(x, BigInteger.valueOf(amount)), Optional.empty(), counted::complete);
      assertThat(counted.join()).isEqualTo(new AddOutcome.Counted());
      actor.close();
      return actor.id();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
    }
  }

  private static final class Nobody implements Network {
    @Override
    public void ask(Address to, byte[] request, long timeoutMs, Consumer<Outcome> then) {
      then.accept(new Outcome.Silent());
    }

    @Override
    public boolean isOwn(Address address) {
      return false;
    }

    @Override
    public boolean isSurelyOwn(Address address) {
      return false;
    }
  }

  private static final class NoMeters implements Meters {
    @Override
    public void twin(Id process) {}

    @Override
    public void foreignShare(Id actor) {}
  }
}
