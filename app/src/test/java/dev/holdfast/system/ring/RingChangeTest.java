package dev.holdfast.system.ring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.LocalDisk;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.system.Api;
import dev.holdfast.system.RingStack;
import dev.holdfast.system.StackFacts;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.RawResponse;
import java.io.Closeable;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The number of sidecars changes while writes are pending: nothing is lost, nothing is stale. */
final class RingChangeTest {
  private static final long LATENCY_MS = 20;
  private static final String ABSENT = "";

  /** The first of sixty names, with a write that is pending when the ring changes. */
  private static final int PENDING = 50;

  @TempDir Path directory;

  /** The last acknowledged content of each name. */
  private final Map<String, String> acknowledged = new TreeMap<>();

  @ParameterizedTest
  @CsvSource({"stopped, 2", "killed, 2", "stopped, 5", "killed, 5"})
  void pendingWritesOfNamesThatMove(String how, int size) throws Exception {
    try (var stack = new RingStack(directory, LATENCY_MS)) {
      start(stack, how, 3);
      stack.awaitReady();
      List<String> names = namesThatConcernAll(stack, 3, size);
      putAll(stack, names, "old");
      settle(stack);
      stack.standIns(standIn -> standIn.troubles().start(Trouble.ANSWER_429));
      putAll(stack, names.subList(0, 40), "new");
      deleteAll(stack, names.subList(40, PENDING));
      end(stack, how);
      assertThat(stack.pendingCount()).isEqualTo(PENDING);

      stack.start(size);
      for (String name : names) {
        Api owner = stack.sidecar(stack.ownerOf(name, size));
        assertNotReady(owner.get(encoded(name)));
        assertNotReady(owner.put(encoded(name), "never"));
        assertNotReady(owner.delete(encoded(name)));
      }
      for (int i = 0; i < size; i++) {
        assertThat(RingStack.health(stack.sidecar(i))).isEqualTo(503);
      }
      stack.standIns(standIn -> standIn.troubles().stopAll());
      stack.awaitReady();

      assertNothingMovedIsPending(stack, 3, size);
      assertIsReadFromItsOwnerOnly(stack, names);
      assertIsRead(stack);
      settle(stack);
      assertIsOnTheDataVolume();
      stack.facts().assertNothingForbidden();
    }
  }

  /**
   * A ring changes and changes back. Files of its first time must not be served the second time.
   */
  @ParameterizedTest
  @ValueSource(strings = {"stopped", "killed"})
  void threeThenTwoThenThree(String how) throws Exception {
    try (var stack = new RingStack(directory, LATENCY_MS)) {
      List<String> names = names("name", 60);
      start(stack, how, 3);
      stack.awaitReady();
      putAll(stack, names, "in the first ring");
      end(stack, how);

      start(stack, how, 2);
      stack.awaitReady();
      assertIsRead(stack);
      stack.standIns(standIn -> standIn.troubles().start(Trouble.ANSWER_429));
      putAll(stack, names.subList(0, 20), "in the second ring");
      deleteAll(stack, names.subList(20, 40));
      putAll(stack, names.subList(35, 40), "again");
      assertIsRead(stack);
      end(stack, how);

      start(stack, how, 2);
      stack.standIns(standIn -> standIn.troubles().stopAll());
      stack.awaitReady();
      assertIsRead(stack);
      putAll(stack, names.subList(10, 15), "after a restart");
      end(stack, how);

      start(stack, how, 3);
      stack.awaitReady();
      assertIsRead(stack);
      assertIsReadFromItsOwnerOnly(stack, names);
      putAll(stack, names.subList(15, 25), "in the third ring");
      deleteAll(stack, names.subList(0, 5));
      end(stack, how);

      stack.start(3);
      stack.awaitReady();
      assertIsRead(stack);
      settle(stack);
      assertIsRead(stack);
      assertIsOnTheDataVolume();
      stack.facts().assertNothingForbidden();
    }
  }

  /** nginx starts before the sidecars of its ring, and serves nothing of another ring. */
  @ParameterizedTest
  @ValueSource(strings = {"stopped", "killed"})
  void nginxComesFirst(String how) throws Exception {
    try (var stack = new RingStack(directory, LATENCY_MS)) {
      List<String> names = names("name", 30);
      start(stack, how, 3);
      stack.awaitReady();
      putAll(stack, names, "in the first ring");
      settle(stack);
      end(stack, how);

      stack.changeRing(2);
      assertNothingIsServed(stack);
      stack.stop();
      start(stack, how, 2);
      stack.awaitReady();
      assertIsRead(stack);
      putAll(stack, names.subList(0, 20), "in the second ring");
      deleteAll(stack, names.subList(20, 30));
      settle(stack);
      end(stack, how);

      stack.changeRing(3);
      assertNothingIsServed(stack);
      stack.stop();
      start(stack, how, 3);
      stack.awaitReady();
      assertIsRead(stack);
      stack.facts().assertNothingForbidden();
    }
  }

  /** A sidecar ends between staging a write and showing it. */
  @ParameterizedTest
  @ValueSource(strings = {"put", "delete"})
  void aStagedWriteThatWasNotShown(String kind) throws Exception {
    try (var stack = new RingStack(directory, LATENCY_MS)) {
      String name = movedBetween(stack, 3, 2);
      Path before = directory.resolve("before");
      stack.start(3);
      stack.awaitReady();
      put(stack, name, "old");
      settle(stack);
      stack.stop();
      stack.start(2);
      stack.awaitReady();
      assertIsRead(stack);
      Path published = stack.published().resolve(name);
      Files.copy(published, before, StandardCopyOption.COPY_ATTRIBUTES);
      stack.standIns(standIn -> standIn.troubles().start(Trouble.ANSWER_429));
      if (kind.equals("put")) {
        put(stack, name, "new");
      } else {
        deleteAll(stack, List.of(name));
      }
      stack.stop();
      Files.move(before, published, StandardCopyOption.REPLACE_EXISTING);

      stack.start(3);
      stack.standIns(standIn -> standIn.troubles().stopAll());
      stack.awaitReady();
      assertIsRead(stack);
      settle(stack);
      assertIsRead(stack);
      assertIsOnTheDataVolume();
    }
  }

  /** Adopted writes count with the others: an origin never sees more than ten requests. */
  @Test
  void adoptedWritesAndOthersShareTheTenRequests() throws Exception {
    try (var stack = new RingStack(directory, 200)) {
      stack.start(3);
      stack.awaitReady();
      stack.standIns(standIn -> standIn.troubles().start(Trouble.ANSWER_429));
      putAll(stack, names("name", 120), "new");
      stack.stop();
      assertThat(stack.pendingOf(2)).hasSizeGreaterThan(10);

      stack.standIns(standIn -> standIn.troubles().stopAll());
      stack.start(2);
      stack.awaitReady();
      settle(stack);
      assertIsOnTheDataVolume();
      assertThat(stack.standIn(0).counts().inProgressMax()).isGreaterThan(1);
      stack.facts().assertNothingForbidden();
    }
  }

  /** The others wait for the first sidecar, which alone settles the writes of a removed sidecar. */
  @Test
  void theFirstSidecarComesLast() throws Exception {
    try (var stack = new RingStack(directory, LATENCY_MS)) {
      stack.start(3);
      stack.awaitReady();
      stack.standIns(standIn -> standIn.troubles().start(Trouble.ANSWER_429));
      List<String> names = namesThatConcernAll(stack, 3, 2);
      putAll(stack, names, "new");
      stack.stop();
      stack.standIns(standIn -> standIn.troubles().stopAll());

      stack.changeRing(2);
      stack.startSidecar(1);
      Await.until("its own have settled", () -> stack.pendingOf(1).isEmpty());
      String waiting =
          names.stream()
              .filter(name -> stack.ownerOf(name, 3) == 2 && stack.ownerOf(name, 2) == 1)
              .findFirst()
              .orElseThrow();
      assertThat(RingStack.health(stack.sidecar(1))).isEqualTo(503);
      assertNotReady(stack.sidecar(1).get(encoded(waiting)));
      stack.startSidecar(0);
      stack.awaitReady();
      assertThat(stack.pendingOf(2)).isEmpty();
      assertIsRead(stack);
    }
  }

  /**
   * A sidecar that stops before it has adopted everything leaves the rest where it was, and nothing
   * goes on with it.
   */
  @Test
  void stoppedWhileItAdopts() throws Exception {
    try (var stack = new RingStack(directory, LATENCY_MS)) {
      stack.start(3);
      stack.awaitReady();
      stack.standIns(standIn -> standIn.troubles().start(Trouble.ANSWER_429));
      putAll(stack, names("name", 60), "new");
      stack.stop();
      List<String> left = stack.pendingOf(2).stream().sorted().toList();

      stack.start(2);
      Await.until("it tries", () -> stack.standIn(0).counts().refused() > 100);
      stack.stop();
      assertThat(stack.pendingOf(2).stream().sorted().toList()).isEqualTo(left).isNotEmpty();
      assertIsUnlocked(stack.staging().resolve("sidecar-3").resolve("lock"));

      stack.standIns(standIn -> standIn.troubles().stopAll());
      stack.start(3);
      stack.awaitReady();
      assertIsRead(stack);
      settle(stack);
      assertIsOnTheDataVolume();
    }
  }

  /** Starts a ring that will end in this way. Only a process can be killed. */
  private static void start(RingStack stack, String how, int size) throws Exception {
    if (how.equals("killed")) {
      stack.startProcess(size);
    } else {
      stack.start(size);
    }
  }

  private static void end(RingStack stack, String how) throws InterruptedException {
    if (how.equals("killed")) {
      stack.kill();
    } else {
      stack.stop();
    }
  }

  private static List<String> names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + (i % 3 == 0 ? "/" : "-") + i).toList();
  }

  /**
   * Returns names that all sidecars of the new ring have to wait for: each of them gets one of the
   * first from another sidecar, or has one that is another's now. Of one ring in some thousands the
   * plain names leave one out.
   */
  private static List<String> namesThatConcernAll(RingStack stack, int from, int to) {
    return Stream.iterate("name", prefix -> prefix + "-")
        .map(prefix -> names(prefix, 60))
        .filter(names -> concerned(stack, names.subList(0, PENDING), from, to).size() >= to)
        .findFirst()
        .orElseThrow();
  }

  private static Set<Integer> concerned(RingStack stack, List<String> names, int from, int to) {
    var concerned = new HashSet<Integer>();
    for (String name : names) {
      int before = stack.ownerOf(name, from);
      int after = stack.ownerOf(name, to);
      if (before != after) {
        concerned.addAll(List.of(before, after));
      }
    }
    concerned.removeIf(sidecar -> sidecar >= to);
    return concerned;
  }

  private static String encoded(String name) {
    return name.replace("/", "%2F");
  }

  /**
   * Returns a plain name of the last of so many sidecars that another one has in the other ring.
   */
  private static String movedBetween(RingStack stack, int from, int to) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> "moved-" + i)
        .filter(name -> stack.ownerOf(name, from) >= to)
        .findFirst()
        .orElseThrow();
  }

  private void putAll(RingStack stack, List<String> names, String prefix) throws Exception {
    for (String name : names) {
      put(stack, name, prefix + " " + name);
    }
  }

  private void put(RingStack stack, String name, String body) throws Exception {
    assertThat(stack.facts().put(name, body.getBytes(UTF_8)).statusCode()).isEqualTo(201);
    acknowledged.put(name, body);
  }

  private void deleteAll(RingStack stack, List<String> names) throws Exception {
    for (String name : names) {
      assertThat(stack.facts().delete(name).statusCode()).isEqualTo(200);
      acknowledged.put(name, ABSENT);
    }
  }

  private static void settle(RingStack stack) throws IOException {
    for (int i = 0; i < stack.ring().size(); i++) {
      RawResponse answer = stack.sidecar(i).ask("POST", "/settle?waitMs=240000");
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }
    assertThat(stack.pendingCount()).isZero();
  }

  /** Checks that nobody has the store open. */
  private static void assertIsUnlocked(Path lock) throws IOException {
    Optional<Closeable> taken = new LocalDisk().tryLock(lock);
    assertThat(taken).isPresent();
    taken.get().close();
  }

  private static void assertNotReady(RawResponse answer) throws IOException {
    Api.problem(answer, 503);
    assertThat(answer.header("Retry-After")).isPresent();
  }

  private void assertNothingMovedIsPending(RingStack stack, int from, int to) throws IOException {
    for (String name : acknowledged.keySet()) {
      int before = stack.ownerOf(name, from);
      if (before != stack.ownerOf(name, to)) {
        assertThat(stack.pendingOf(before)).doesNotContain(StackFacts.stored(name));
      }
    }
  }

  private void assertIsRead(RingStack stack) throws Exception {
    for (Map.Entry<String, String> write : acknowledged.entrySet()) {
      HttpResponse<byte[]> answer = stack.facts().get(write.getKey());
      if (write.getValue().equals(ABSENT)) {
        assertThat(answer.statusCode()).as(write.getKey()).isEqualTo(404);
      } else {
        assertThat(answer.statusCode()).as(write.getKey()).isEqualTo(200);
        assertThat(answer.body()).asString(UTF_8).isEqualTo(write.getValue());
      }
    }
  }

  private void assertNothingIsServed(RingStack stack) throws Exception {
    for (String name : acknowledged.keySet()) {
      assertThat(stack.facts().get(name).statusCode()).as(name).isEqualTo(503);
    }
  }

  private void assertIsReadFromItsOwnerOnly(RingStack stack, List<String> names) throws Exception {
    for (String name : names) {
      int owner = stack.ownerOf(name, stack.ring().size());
      for (int i = 0; i < stack.ring().size(); i++) {
        int status = stack.sidecar(i).get(encoded(name)).status();
        int expected = acknowledged.get(name).equals(ABSENT) ? 404 : 200;
        assertThat(status).as("%s from sidecar %d", name, i).isEqualTo(i == owner ? expected : 421);
      }
    }
  }

  private void assertIsOnTheDataVolume() throws IOException {
    var expected = new TreeMap<String, String>();
    acknowledged.forEach(
        (name, body) -> {
          if (!body.equals(ABSENT)) {
            expected.put(StackFacts.stored(name), body);
          }
        });
    var found = new TreeMap<String, String>();
    try (Stream<Path> files = Files.list(directory.resolve("files"))) {
      for (Path file : files.toList()) {
        found.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    assertThat(found).isEqualTo(expected);
  }
}
