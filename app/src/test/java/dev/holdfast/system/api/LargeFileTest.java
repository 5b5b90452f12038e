package dev.holdfast.system.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.ProcessStack;
import dev.holdfast.system.StackFacts;
import dev.holdfast.system.TrafficStack;
import dev.holdfast.testkit.Bodies;
import dev.holdfast.testkit.Effort;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies much larger than the heap of the sidecar, which therefore is a process of its own. */
@Tag("long")
final class LargeFileTest {
  private static final long LENGTH = (Effort.isLong() ? 200L : 100L) * 1024 * 1024;
  private static final int HEAP_MB = 64;
  private static final int AT_ONCE = 3;

  /** Nobody is refused for the time that so many bytes take, however slow the machine is. */
  private static final String[] PATIENT = {
    "--answer-within-ms", Long.toString(TrafficStack.ANSWER_WITHIN_MS)
  };

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"through", "behind"})
  void putAndGet(String mode) throws Exception {
    try (ProcessStack stack = start("--mode", mode)) {
      StackFacts facts = stack.facts();
      atOnce(
          name -> {
            Bodies.Id id = Bodies.id(name, 1, 1, LENGTH);
            assertThat(facts.put(name, LENGTH, Bodies.stream(id)).statusCode()).isEqualTo(201);
            assertRead(facts, id);
          });
      facts.awaitSettled();
      for (int i = 0; i < AT_ONCE; i++) {
        assertAtOrigin(facts, Bodies.id("large-" + i, 1, 1, LENGTH));
        assertThat(stack.standIn(0).gets("large-" + i)).isZero();
      }
      assertSound(stack);
    }
  }

  @Test
  void getOfWhatIsOnlyAtTheOrigin() throws Exception {
    try (ProcessStack stack = start()) {
      StackFacts facts = stack.facts();
      for (int i = 0; i < AT_ONCE; i++) {
        Bodies.Id id = Bodies.id("large-" + i, 1, 1, LENGTH);
        Files.copy(Bodies.stream(id), facts.atOrigin("large-" + i));
      }
      atOnce(name -> assertRead(facts, Bodies.id(name, 1, 1, LENGTH)));
      for (int i = 0; i < AT_ONCE; i++) {
        assertThat(stack.standIn(0).gets("large-" + i)).isEqualTo(1);
      }
      assertSound(stack);
    }
  }

  /** The file alone is larger than the cache, and can be read all the same. */
  @Test
  void getOfMoreThanTheCacheHolds() throws Exception {
    try (ProcessStack stack =
        start(
            "--published-bytes-max",
            Long.toString(LENGTH / 2),
            "--cold-bytes-max",
            Long.toString(LENGTH / 2))) {
      StackFacts facts = stack.facts();
      Bodies.Id id = Bodies.id("large-0", 1, 1, LENGTH);
      Files.copy(Bodies.stream(id), facts.atOrigin("large-0"));
      assertRead(facts, id);
      assertSound(stack);
    }
  }

  private ProcessStack start(String... options) throws Exception {
    String[] all = Stream.concat(Stream.of(PATIENT), Stream.of(options)).toArray(String[]::new);
    return ProcessStack.start(directory, 1, HEAP_MB, all);
  }

  private interface Step {
    void with(String name) throws Exception;
  }

  private static void atOnce(Step step) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        String name = "large-" + i;
        all.add(
            threads.submit(
                () -> {
                  step.with(name);
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  private static void assertRead(StackFacts facts, Bodies.Id id) throws Exception {
    HttpResponse<InputStream> answer = facts.getStream(id.name());
    try (InputStream body = answer.body()) {
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(Bodies.identify(id.name(), body)).isEqualTo(id);
    }
  }

  private static void assertAtOrigin(StackFacts facts, Bodies.Id id) throws Exception {
    try (InputStream file = Files.newInputStream(facts.atOrigin(id.name()))) {
      assertThat(Bodies.identify(id.name(), file)).isEqualTo(id);
    }
  }

  private static void assertSound(ProcessStack stack) throws Exception {
    assertThat(stack.sidecar(0).isAlive()).isTrue();
    assertThat(stack.logOf(0)).doesNotContain("OutOfMemoryError", "ERROR");
    stack.facts().assertNothingForbidden();
    stack.facts().assertNothingSpooled();
  }
}
