package dev.holdfast.system.fibonacci;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.Api;
import dev.holdfast.system.StackFixture;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What docs/fibonacci.md shows is what happens. */
final class FibonacciDocTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```\n(\\$ curl .*?)^```$");
  private static final Pattern CURL =
      Pattern.compile("\\$ curl( -i)?(?: (-I)| -X ([A-Z]+))? http://127\\.0\\.0\\.1:8080(/\\S*)");
  private static final Pattern RECORD = Pattern.compile("(?m)^([0-9]{10} )([0-9a-f]{8})$");

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

  @Test
  void lines_areRecords() {
    List<MatchResult> records = RECORD.matcher(doc).results().toList();
    assertThat(records).hasSizeGreaterThan(2);
    for (MatchResult record : records) {
      var crc = new CRC32();
      crc.update(record.group(1).getBytes(US_ASCII));
      assertThat(record.group(2)).isEqualTo("%08x".formatted(crc.getValue()));
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
