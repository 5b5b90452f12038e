package dev.holdfast;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file of the repository, as the rules of {@link TidyTest} see it.
 *
 * @param path relative to the root of the repository, with slashes
 */
record SourceFile(String path, String text) {
  static final String MAIN = "app/src/main/java/dev/holdfast/";

  /** Whatever is written by hand; a missing one fails the test, or a rule would hold in vain. */
  private static final List<String> ROOTS =
      List.of(
          "app/src",
          "app/bin",
          "app/artifact",
          "nginx",
          "testkit",
          "gatling",
          "bench",
          "docs",
          "compose",
          ".ci",
          "pom.xml",
          "app/pom.xml",
          "Makefile",
          "README.md",
          "CONTRIBUTING.md",
          "SECURITY.md",
          "CHANGELOG.md",
          ".github");

  /** A comment, a text block, a string or a character. */
  private static final Pattern NOT_CODE =
      Pattern.compile(
          "//[^\\n]*|/\\*[\\s\\S]*?\\*/|\"\"\"[\\s\\S]*?\"\"\""
              + "|\"(?:\\\\.|[^\"\\\\\\n])*+\"|'(?:\\\\.|[^'\\\\\\n])++'");

  /** All files written by hand below the root of the repository. */
  static List<SourceFile> all(Path root) throws IOException {
    var files = new ArrayList<SourceFile>();
    for (String name : ROOTS) {
      try (Stream<Path> below = Files.walk(root.resolve(name))) {
        for (Path file : below.filter(Files::isRegularFile).toList()) {
          String path = root.relativize(file).toString().replace('\\', '/');
          if (!path.contains("target/")) {
            files.add(new SourceFile(path, new String(Files.readAllBytes(file), UTF_8)));
          }
        }
      }
    }
    return files;
  }

  /** The text without comments and without what is in quotes, in the same lines. */
  String code() {
    return NOT_CODE.matcher(text).replaceAll(SourceFile::lineEnds);
  }

  boolean isJava() {
    return path.endsWith(".java");
  }

  boolean isMain() {
    return isJava() && path.startsWith(MAIN);
  }

  boolean isTest() {
    return isJava() && (path.startsWith("app/src/test/java/") || path.startsWith("testkit/src/"));
  }

  /** Of a main file, the package below {@code dev.holdfast}. */
  String mainPackage() {
    String below = path.substring(MAIN.length());
    return below.substring(0, Math.max(0, below.lastIndexOf('/'))).replace('/', '.');
  }

  /** The number of the line, from 1, in which a character of the text or of the code is. */
  static int line(String text, int index) {
    return 1 + (int) text.substring(0, index).chars().filter(c -> c == '\n').count();
  }

  private static String lineEnds(MatchResult notCode) {
    return notCode.group().replaceAll("[^\\n]+", "");
  }
}
