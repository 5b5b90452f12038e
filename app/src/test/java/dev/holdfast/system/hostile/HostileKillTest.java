package dev.holdfast.system.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.names.BadNameException;
import dev.holdfast.names.Name;
import dev.holdfast.system.ProcessStack;
import dev.holdfast.system.StackFacts;
import dev.holdfast.system.TrafficStack;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.Effort;
import dev.holdfast.testkit.HostileTraffic;
import dev.holdfast.testkit.TrafficReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A killed sidecar takes no other sidecar's names with it, and breaks no promise. */
@Tag("long")
final class HostileKillTest {
  private static final long TIMES = Effort.of(1, 40);
  private static final long KILLS = 2 * TIMES;
  private static final int HEAP_MB = 128;
  private static final int KILLED = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  @Test
  void namesOfAKilledSidecar() throws Exception {
    try (ProcessStack stack = ProcessStack.start(directory, 3, HEAP_MB)) {
      StackFacts facts = stack.facts();
      String published = stack.nameOf(KILLED, 0);
      String unknown = stack.nameOf(KILLED, 1);
      String encoded = nameOf(stack, "two words ");
      String muchEncoded = nameOf(stack, " ".repeat(13));
      String elsewhere = stack.nameOf(2, 2);
      for (String name : List.of(published, encoded, muchEncoded, elsewhere)) {
        assertThat(facts.put(name, name.getBytes(UTF_8)).statusCode()).isEqualTo(201);
      }
      // Only the request that settles this write is due at another sidecar.
      Await.until("the write elsewhere is sent", () -> requestsOfOthers(stack).getLast() > 0);
      List<Long> requestsBefore = requestsOfOthers(stack);

      stack.sidecar(KILLED).kill();

      assertIs(facts.get(published), published);
      assertUnavailable(facts.get(unknown));
      assertIs(facts.get(encoded), encoded);
      assertUnavailable(facts.get(muchEncoded)); // published, but nginx cannot know it
      for (String name : List.of(published, unknown, encoded, muchEncoded)) {
        assertUnavailable(facts.put(name, "new".getBytes(UTF_8)));
        assertUnavailable(facts.delete(name));
      }
      assertIs(facts.get(published), published);
      assertThat(requestsOfOthers(stack)).isEqualTo(requestsBefore);
      assertIs(facts.get(elsewhere), elsewhere);
      assertThat(facts.put(elsewhere, "new".getBytes(UTF_8)).statusCode()).isEqualTo(201);

      stack.startSidecar(KILLED);

      for (String name : List.of(published, encoded, muchEncoded)) {
        assertIs(facts.get(name), name);
        assertThat(facts.put(name, "new".getBytes(UTF_8)).statusCode()).isEqualTo(201);
        assertIs(facts.get(name), "new");
      }
      assertThat(facts.get(unknown).statusCode()).isEqualTo(404);
      facts.assertNothingForbidden();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"through", "behind"})
  void trafficWhileASidecarIsKilled(String mode) throws Exception {
    String patience = "" + TrafficStack.ANSWER_WITHIN_MS; // nobody is refused for the queue
    try (ProcessStack stack =
        ProcessStack.start(directory, 3, HEAP_MB, "--mode", mode, "--answer-within-ms", patience)) {
      StackFacts facts = stack.facts();
      String unknown = stack.nameOf(KILLED, 0);
      var whileKilled = new CopyOnWriteArrayList<Integer>();
      TrafficReport report =
          HostileTraffic.against(facts.files())
              .names(StackFacts.NAMES)
              .clients(32)
              .evenly()
              .untilAnswered(45 * TIMES, 80 * TIMES, 22 * TIMES)
              .until(() -> whileKilled.size() >= KILLS)
              .every(
                  Duration.ofSeconds(2),
                  () -> stack.killAndStart(KILLED, () -> whileKilled.add(statusOf(facts, unknown))))
              .run();
      assertThat(report.violations()).as("%s", report).isEmpty();
      assertThat(report.corruptBodies()).as("%s", report).isZero();
      assertThat(report.timeouts()).as("%s", report).isZero();
      facts.assertOriginsHaveWhatIsRead(StackFacts.NAMES);
      facts.assertNothingForbidden();
      facts.assertNothingSpooled();
      assertThat(whileKilled).containsOnly(503);
      assertThat(ownersOfFailures(stack)).containsOnly(KILLED);
    }
  }

  private static int statusOf(StackFacts facts, String name) {
    try {
      return facts.get(name).statusCode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Returns the owners of all names that were answered with an error of the server. */
  private static List<Integer> ownersOfFailures(ProcessStack stack)
      throws IOException, BadNameException {
    var owners = new ArrayList<Integer>();
    for (String line : stack.stopAndReadLog()) {
      JsonNode entry = JSON.readTree(line);
      if (entry.get("status").asInt() >= 500) {
        assertThat(entry.get("status").asInt()).as(line).isEqualTo(503);
        String encoded = entry.get("uri").asText().substring(Name.PATH.length());
        owners.add(stack.ownerOf(Name.parse(encoded).toString()));
      }
    }
    return owners;
  }

  private static List<Long> requestsOfOthers(ProcessStack stack) {
    return List.of(
        stack.standIn(0).counts().requestsTotal(), stack.standIn(2).counts().requestsTotal());
  }

  private static String nameOf(ProcessStack stack, String prefix) {
    for (int i = 0; ; i++) {
      String name = prefix + i;
      if (stack.ownerOf(name) == KILLED) {
        return name;
      }
    }
  }

  private static void assertIs(HttpResponse<byte[]> answer, String body) {
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).asString(UTF_8).isEqualTo(body);
  }

  private static void assertUnavailable(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).as("%s", answer).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).as("%s", answer).isPresent();
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
  }
}
