package dev.holdfast.system.fibonacci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.Api;
import dev.holdfast.system.SidecarFixture;
import dev.holdfast.system.StackFixture;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples of docs/fibonacci.md. */
final class FibonacciDocTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```\n(\\$ curl .*?)^```$");
  private static final Pattern CURL =
      Pattern.compile("\\$ curl( -i)?(?: (-I)| -X ([A-Z]+))? http://127\\.0\\.0\\.1:8080(/\\S*)");
  private static final Pattern SCRIPT = Pattern.compile("(?ms)^```\n(p='0000000042 .*?)^```$");

  private String doc;

  @BeforeEach
  void read() throws IOException {
    doc = Files.readString(Path.of("..", "docs", "fibonacci.md"));
  }

  @Test
  void commands_answerAsShown() throws Exception {
    Matcher block = BLOCK.matcher(doc);
    assertThat(block.find()).isTrue();
    List<String> examples =
        Stream.of(block.group(1).split("(?m)^(?=\\$ )")).filter(e -> !e.isBlank()).toList();
    assertThat(examples).hasSizeGreaterThan(10);
    try (StackFixture stack = StackFixture.start(StackFixture.Setup.DEFAULT)) {
      for (String example : examples) {
        assertIsTrue(new Api(stack.nginx()), example);
      }
    }
  }

  /** The remedy of damage: somebody writes the position. */
  @Test
  void lineOfAPosition_isTakenUp(@TempDir Path directory) throws Exception {
    Matcher script = SCRIPT.matcher(doc);
    assertThat(script.find()).isTrue();
    Path own = Files.createDirectories(directory.resolve("staging/sidecar-1/fibonacci"));
    Process shell =
        new ProcessBuilder("sh", "-e", "-c", script.group(1))
            .directory(own.toFile())
            .inheritIO()
            .start();
    assertThat(shell.waitFor()).isZero();
    try (SidecarFixture sidecar = SidecarFixture.start(directory)) {
      assertThat(sidecar.api().ask("GET", "/current").text()).isEqualTo("{\"current\": 267914296}");
    }
  }

  private static void assertIsTrue(Api api, String example) throws IOException {
    Matcher curl = CURL.matcher(example.lines().findFirst().orElseThrow());
    assertThat(curl.matches()).as(example).isTrue();
    boolean onlyHead = curl.group(2) != null;
    String method = onlyHead ? "HEAD" : Optional.ofNullable(curl.group(3)).orElse("GET");
    RawResponse answer = api.ask(method, curl.group(4));
    String shown = example.substring(example.indexOf('\n') + 1).strip();
    if (!onlyHead && curl.group(1) == null) {
      assertThat(answer.text()).as(example).isEqualTo(shown);
      assertThat(answer.status()).as(example).isEqualTo(200);
      return;
    }
    String[] parts = shown.split("\n\n", 2);
    List<String> head = parts[0].lines().toList();
    assertThat(head.getFirst()).as(example).startsWith("HTTP/1.1 " + answer.status() + " ");
    for (String header : head.subList(1, head.size())) {
      String[] pair = header.split(": ", 2);
      assertThat(answer.headers(pair[0])).as(example).containsExactly(pair[1]);
    }
    assertThat(answer.text()).as(example).isEqualTo(parts.length == 1 ? "" : parts[1]);
  }
}
