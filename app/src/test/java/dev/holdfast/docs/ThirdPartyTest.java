package dev.holdfast.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.BuildDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Compares the jar's page of third-party software with the libraries of the jar. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ThirdPartyTest {
  private static final Path RESOURCES = Path.of("src", "main", "resources");
  private static final Path DIRECTORY = RESOURCES.resolve(Path.of("META-INF", "third-party"));

  /** A row of the page: the library and the file with the text of its licence. */
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([\\w.-]+:[\\w.-]+)` \\| [^|]+ \\| \\[([^]]+)]\\(\\2\\) \\|$");

  /** A line of Maven's list: group, artifact, type, version and scope. */
  private static final Pattern LISTED = Pattern.compile("^\\s+([\\w.-]+:[\\w.-]+):jar:.*");

  private String page;

  @BeforeAll
  void read() throws IOException {
    page = Files.readString(DIRECTORY.resolve("README.md"));
  }

  @Test
  void libraries_areThoseOfTheJar() throws IOException {
    List<String> listed;
    try (Stream<String> lines = Files.lines(BuildDirectory.path().resolve("libraries.txt"))) {
      listed =
          lines.map(LISTED::matcher).filter(Matcher::matches).map(line -> line.group(1)).toList();
    }

    assertThat(listed).hasSizeGreaterThan(40);
    assertThat(ROW.matcher(page).results().map(row -> row.group(1)))
        .as(
            "a row of %s for each library of the jar: look its licence up in its POM and its jar",
            DIRECTORY.resolve("README.md"))
        .containsExactlyInAnyOrderElementsOf(listed);
  }

  @Test
  void textsOfLicences_areInTheJar() {
    assertThat(ROW.matcher(page).results().map(row -> row.group(2)).distinct())
        .hasSizeGreaterThan(4)
        .allSatisfy(
            text ->
                assertThat(getClass().getResource("/META-INF/third-party/" + text))
                    .as(text)
                    .isNotNull());
  }

  @Test
  void textsOfLicences_areAllNamed() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .allSatisfy(
              name ->
                  assertThat(page.contains("](" + name + ")")).as(name).isEqualTo(isText(name)));
    }
  }

  /** The scoreboard's pages need files of others. A further one needs a row, too. */
  @Test
  void minifiedFiles_areNamed() throws IOException {
    try (Stream<Path> files = Files.walk(RESOURCES)) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(n -> n.contains(".min.")))
          .isNotEmpty()
          .allSatisfy(name -> assertThat(page).contains("`scoreboard/" + name + "`"));
    }
  }

  private static boolean isText(String name) {
    return name.endsWith(".txt");
  }
}
