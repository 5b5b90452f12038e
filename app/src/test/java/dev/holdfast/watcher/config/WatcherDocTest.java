package dev.holdfast.watcher.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Expectation;
import dev.holdfast.watcher.agent.AgentConfig;
import dev.holdfast.watcher.guard.AddressLiteral;
import dev.holdfast.watcher.guard.Guard;
import dev.holdfast.watcher.guard.Net;
import dev.holdfast.watcher.pattern.PageSearch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compares docs/watcher.md with the code. */
class WatcherDocTest {
  private String doc;

  @BeforeEach
  void read() throws IOException {
    doc = Files.readString(Path.of("..", "docs", "watcher.md"));
  }

  /** Returns the section with the heading. */
  private String section(String heading) {
    Matcher section =
        Pattern.compile("(?ms)^#+ " + Pattern.quote(heading) + "$(.*?)(?=^#|\\z)").matcher(doc);
    assertThat(section.find()).as(heading).isTrue();
    return section.group(1);
  }

  private List<String> firstCells(String heading) {
    return Pattern.compile("(?m)^\\| `([a-z_]+)` \\|")
        .matcher(section(heading))
        .results()
        .map(row -> row.group(1))
        .toList();
  }

  @Test
  void keys_areThoseOfTheCode() {
    List<String> keys = new ArrayList<>(List.of("id", "url"));
    keys.addAll(DraftReader.KEYS);
    assertThat(firstCells("Keys")).containsExactlyElementsOf(keys);
    assertThat(firstCells("Expect")).containsExactlyInAnyOrderElementsOf(DraftReader.EXPECT_KEYS);
  }

  @Test
  void bounds_areThoseOfTheCode() {
    assertThat(section("Keys"))
        .contains(EndpointId.NAME_LENGTH_MAX + " letters")
        .contains(WatchUrl.LENGTH_MAX + " characters")
        .contains(RequestReader.HEADERS_MAX + "; a name of")
        .contains("a name of " + RequestReader.HEADER_NAME_LENGTH_MAX + " characters")
        .contains("a text of " + RequestReader.HEADER_VALUE_LENGTH_MAX + " in ASCII")
        .contains(DraftReader.BODY_LENGTH_MAX + " characters; not with")
        .contains("`days`: 0 to " + Expectation.CERTIFICATE_DAYS_MAX)
        .contains(DraftReader.LIST_MAX + " names")
        .contains("0 to `" + (Expectation.BODY_BYTES_LIMIT >> 20) + "MiB`");
    assertThat(section("Expect"))
        .contains(Expectation.SEARCHES_MAX + " of " + PageSearch.TEXT_LENGTH_MAX + " characters");
    assertThat(section("Bounds of the file"))
        .contains("| size | " + WatchFile.FILE_BYTES_MAX + " bytes |")
        .contains("| names, values, lists and mappings | " + WatchFile.NODES_MAX + " |")
        .contains("| endpoints | " + WatchFile.ENDPOINTS_MAX + " |")
        .contains("| nesting | " + YamlText.NESTING_MAX + " |")
        .contains("| complaints | " + WatchFile.COMPLAINTS_MAX + " |");
    assertThat(section("Bounds of an answer"))
        .contains(
            "| checks in flight | `--in-flight-max`, "
                + AgentConfig.DEFAULT.inFlightMax()
                + " by default |");
    assertThat(section("Secrets")).contains(EnvironmentSecrets.FILE_BYTES_MAX + " bytes");
    assertThat(section("Patterns"))
        .contains("| length | " + PageSearch.PATTERN_LENGTH_MAX + " characters |")
        .contains("| program | " + PageSearch.PROGRAM_MAX + " instructions")
        .contains("| nesting of brackets | " + PageSearch.NESTING_MAX + " |")
        .contains("| properties such as `\\p{L}` | " + PageSearch.PROPERTIES_MAX + " |")
        .contains("| a number in a repeat | " + PageSearch.REPEAT_MAX + " |")
        .contains("`body_bytes` | " + PageSearch.WORK_MAX + " |")
        .contains("at most " + PageSearch.JAVA_STEPS_MAX + " characters read");
  }

  @Test
  void example_isRead() {
    Matcher example = Pattern.compile("(?s)```yaml\\n(.*?)```").matcher(doc);
    assertThat(example.find()).isTrue();
    assertThat(WatchFileTest.endpoints(example.group(1)))
        .extracting(endpoint -> endpoint.id().text())
        .containsExactly("mail.site.example", "shop-cart", "wiki.site.example", "www.site.example");
  }

  @Test
  void complaints_areThoseThatAFileGets() {
    String text =
        "\n".repeat(9)
            + "endpoints:\n  - url: https://a.example\n    interval: 60\n"
            + "\n".repeat(18)
            + "    timout: 1s\n";
    assertThat(section("The file")).contains(String.join("\n", WatchFileTest.complaints(text)));
  }

  @Test
  void nets_areThoseOfTheGuard() {
    Guard guard = new Guard(List.of());
    String nets = section("The guard");
    List<Net> documented =
        Pattern.compile("`([0-9a-f:.]+(?:/\\d+)?)`")
            .matcher(nets.substring(0, nets.indexOf("IPv6 that stands for")))
            .results()
            .map(net -> Net.parse(net.group(1)))
            .toList();
    assertThat(documented).containsExactlyInAnyOrderElementsOf(guard.refusedNets());
    for (String metadata : List.of("169.254.169.254", "fd00:ec2::254", "100.100.100.200")) {
      assertThat(section("The guard")).contains("`" + metadata + "`");
      assertThat(guard.refusal(AddressLiteral.parse(metadata).orElseThrow(), List.of()))
          .hasValueSatisfying(why -> assertThat(why).contains("metadata"));
    }
  }
}
