package dev.holdfast.watcher;

import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each edge case of the watcher has a test, whose Javadoc names its number. */
final class EdgeCasesTest {
  private static final int CASES = 25;

  /** Those that have no number. */
  private static final Set<String> UNNUMBERED =
      Set.of(
          "204 with a pattern",
          "HEAD with a pattern",
          "an umlaut in ISO-8859-1",
          "a window where clocks change",
          "a changed interval keeps history",
          "a delete during a check");

  private static final Pattern JAVADOC = Pattern.compile("/\\*\\*[\\s\\S]*?\\*/");
  private static final Pattern NUMBERS =
      Pattern.compile("Edge cases? (\\d+(?:(?:, | and )\\d+)*)\\b");
  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final Pattern WORDS = Pattern.compile("Of those under the numbers: ([^.:]+)");

  private static String javadoc() throws IOException {
    Path tests = Path.of("src", "test", "java", "dev", "holdfast");
    try (Stream<Path> files = Files.walk(tests)) {
      List<Path> ofWatcher =
          files
              .filter(file -> file.toString().contains("watcher") && isTest(file))
              .filter(not(file -> file.endsWith("EdgeCasesTest.java")))
              .toList();
      var all = new StringBuilder();
      for (Path file : ofWatcher) {
        JAVADOC
            .matcher(Files.readString(file))
            .results()
            .forEach(comment -> all.append(comment.group().replaceAll("\\s+(\\* )?", " ")));
      }
      return all.toString();
    }
  }

  private static boolean isTest(Path file) {
    return file.toString().endsWith("Test.java");
  }

  private static Set<Integer> numbers(String javadoc) {
    return NUMBERS
        .matcher(javadoc)
        .results()
        .flatMap(found -> NUMBER.matcher(found.group(1)).results())
        .map(MatchResult::group)
        .map(Integer::valueOf)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyNumber_hasATest() throws IOException {
    assertThat(numbers(javadoc()))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, CASES).boxed().toList());
  }

  @Test
  void everyCaseWithoutANumber_hasATest() throws IOException {
    assertThat(WORDS.matcher(javadoc()).results().map(found -> found.group(1)))
        .containsExactlyInAnyOrderElementsOf(UNNUMBERED);
  }

  @Test
  void numbers_areRead() {
    assertThat(numbers("/** Edge case 3. */ /** Edge cases 7, 8 and 12: a cut. */ case 9"))
        .containsExactly(3, 7, 8, 12);
  }
}
