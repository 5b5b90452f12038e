package dev.holdfast.system.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.stack.Stack;
import dev.holdfast.stack.StackConfig;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.system.SidecarProcess;
import dev.holdfast.system.StackFacts;
import dev.holdfast.system.TrafficStack;
import dev.holdfast.testkit.FreePorts;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stack that stops with work left, and starts again on the same directories. */
final class StopStartTest {
  private static final long SLOW_MS = 5_000;

  @TempDir Path directory;

  @Test
  void pendingWritesAndPublishedFilesSurvive() throws Exception {
    StackConfig config =
        TrafficStack.config(directory, TrafficStack.files(Mode.BEHIND, 100), StagingLimits.DEFAULT);
    List<String> settled = names("settled", 10);
    List<String> removed = names("removed", 5);
    List<String> written = names("written", 30);
    try (Stack stack = TrafficStack.start(TrafficStack.withLatencyMs(config, 20))) {
      StackFacts facts = TrafficStack.facts(stack, config);
      putAll(facts, settled, "old ");
      putAll(facts, removed, "old ");
      facts.awaitSettled();
    }
    try (Stack stack = TrafficStack.start(TrafficStack.withLatencyMs(config, SLOW_MS))) {
      StackFacts facts = TrafficStack.facts(stack, config);
      putAll(facts, written, "first ");
      putAll(facts, written, "second ");
      for (String name : removed) {
        assertThat(facts.delete(name).statusCode()).isEqualTo(200);
      }
    }
    try (Stack stack = TrafficStack.start(TrafficStack.withLatencyMs(config, SLOW_MS))) {
      StackFacts facts = TrafficStack.facts(stack, config);
      assertThat(facts.pendingOnDisk()).isEqualTo(written.size() + removed.size());
      assertAll(facts, settled, "old ");
      assertAll(facts, written, "second ");
      for (String name : removed) {
        assertThat(facts.get(name).statusCode()).as(name).isEqualTo(404);
        assertThat(facts.atOrigin(name)).as("as before").exists();
      }
    }
    try (Stack stack = TrafficStack.start(config)) {
      StackFacts facts = TrafficStack.facts(stack, config);
      facts.awaitSettled();
      assertAll(facts, settled, "old ");
      assertAll(facts, written, "second ");
      for (String name : settled) {
        assertThat(gets(stack, name)).as("GETs of %s at the origins", name).isZero();
      }
      facts.assertOriginsHaveWhatIsRead(names("settled", 10));
      facts.assertOriginsHaveWhatIsRead(written);
      facts.assertOriginsHaveWhatIsRead(removed);
      facts.assertNothingForbidden();
      facts.assertNothingSpooled();
    }
  }

  @Test
  void aSecondProcessOnTheSameStagingDirectory() throws Exception {
    StackConfig config =
        TrafficStack.config(
            directory, TrafficStack.files(Mode.THROUGH, 100), StagingLimits.DEFAULT);
    try (Stack stack = TrafficStack.start(config)) {
      Path log = directory.resolve("second.log");
      SidecarProcess second =
          SidecarProcess.launch(
              log,
              64,
              List.of(
                  "--port",
                  Integer.toString(FreePorts.take(1).getFirst()),
                  "--ring",
                  String.join(",", config.ring()),
                  "--self",
                  config.ring().getFirst(),
                  "--staging-dir",
                  config.stagingDir().toString()));
      try {
        assertThat(second.awaitExit()).isEqualTo(2);
      } finally {
        second.close();
      }
      assertThat(Files.readAllLines(log))
          .singleElement()
          .asString()
          .contains("--staging-dir", "in use by another sidecar");
      StackFacts facts = TrafficStack.facts(stack, config);
      assertThat(facts.put("a", new byte[] {1}).statusCode()).isEqualTo(201);
    }
  }

  private static List<String> names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + (i % 2 == 0 ? " " : "-") + i).toList();
  }

  private static int gets(Stack stack, String name) {
    return stack.standIns().stream().mapToInt(s -> s.gets(StackFacts.stored(name))).sum();
  }

  private static void putAll(StackFacts facts, List<String> names, String prefix) throws Exception {
    for (String name : names) {
      assertThat(facts.put(name, (prefix + name).getBytes(UTF_8)).statusCode()).isEqualTo(201);
    }
  }

  private static void assertAll(StackFacts facts, List<String> names, String prefix)
      throws Exception {
    for (String name : names) {
      HttpResponse<byte[]> answer = facts.get(name);
      assertThat(answer.statusCode()).as(name).isEqualTo(200);
      assertThat(answer.body()).as(name).asString(UTF_8).isEqualTo(prefix + name);
    }
  }
}
