package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Reads the source and holds it against what the project has agreed on. */
final class TidyTest {
  private static List<SourceFile> files;

  @BeforeAll
  static void read() throws IOException {
    files = SourceFile.all(Path.of("..").toRealPath());
  }

  @TestFactory
  Stream<DynamicTest> source_keepsTheRule() {
    return TidyRules.all().stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.name(),
                    () ->
                        assertThat(files.stream().flatMap(f -> rule.violations(f).stream()))
                            .as(rule.name())
                            .isEmpty()));
  }

  @TestFactory
  Stream<DynamicTest> rule_findsWhatIsPlanted() {
    return TidyRules.all().stream()
        .map(rule -> DynamicTest.dynamicTest(rule.name(), () -> assertFindsItsPlants(rule)));
  }

  @TestFactory
  Stream<DynamicTest> rule_hasNoExceptionThatIsNotNeeded() {
    return TidyRules.all().stream()
        .filter(rule -> !rule.exceptions().isEmpty())
        .map(rule -> DynamicTest.dynamicTest(rule.name(), () -> assertExceptionsNeeded(rule)));
  }

  @Test
  void source_isAllThere() {
    assertThat(files).filteredOn(SourceFile::isMain).hasSizeGreaterThan(100);
    assertThat(files).filteredOn(SourceFile::isTest).hasSizeGreaterThan(50);
    assertThat(files)
        .extracting(SourceFile::path)
        .contains("Makefile", "bench/bench", "gatling/pom.xml", "testkit/pom.xml");
  }

  /** Or make test-long would leave it out. */
  @Test
  void everyTestWithALongForm_isTaggedLong() {
    assertThat(files)
        .filteredOn(file -> file.isTest() && file.path().endsWith("Test.java"))
        .filteredOn(file -> file.code().contains("Effort."))
        .hasSizeGreaterThan(10)
        .allSatisfy(file -> assertThat(file.text()).as(file.path()).contains("@Tag(\"long\")"));
  }

  @Test
  void everyPackage_saysWhatItIs() {
    assertThat(TidyRules.packagesWithoutInfo(files))
        .as("packages without a package-info.java: say there what it is and what always holds")
        .isEmpty();
  }

  @Test
  void packageWithoutInfo_isFound() {
    var silent = new SourceFile(SourceFile.MAIN + "silent/A.java", "");
    var told = new SourceFile(SourceFile.MAIN + "told/A.java", "");
    var telling = new SourceFile(SourceFile.MAIN + "told/package-info.java", "");

    assertThat(TidyRules.packagesWithoutInfo(List.of(silent, told, telling)))
        .containsExactly("silent");
  }

  @Test
  void code_isWithoutCommentsAndQuotes() {
    var file =
        new SourceFile(
            "A.java",
            """
            int a = 1; // System.out
            /* e.printStackTrace()
             * here */ int b = '"';
            String c = "System.out // \\" no" + d;
            String e = ""\"
                say "here" and
                there ""\" + f;
            """);

    assertThat(file.code())
        .isEqualTo(
            """
            int a = 1;\s

             int b = ;
            String c =  + d;
            String e =\s

             + f;
            """);
  }

  private static void assertFindsItsPlants(TidyRule rule) {
    assertThat(rule.planted()).isNotEmpty();
    for (SourceFile planted : rule.planted()) {
      // Anywhere but in the first line, where nothing else is.
      var below = new SourceFile(planted.path(), "\n" + planted.text());
      assertThat(rule.violations(below)).as(planted.text()).hasSize(1);
      assertThat(rule.violations(below).getFirst())
          .startsWith(planted.path() + ":")
          .endsWith("Instead: " + rule.instead() + ".");
    }
  }

  private static void assertExceptionsNeeded(TidyRule rule) {
    for (String exception : rule.exceptions()) {
      assertThat(files)
          .as("the rule needs no exception for " + exception)
          .anyMatch(file -> file.path().endsWith(exception) && !rule.breaches(file).isEmpty());
    }
  }
}
