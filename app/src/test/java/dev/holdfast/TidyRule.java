package dev.holdfast;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Something that the source does not do.
 *
 * @param name what it does not do
 * @param instead what it does in place of that
 * @param where the files that the rule is for
 * @param check finds it in a file
 * @param exceptions files in which it is right, by the ends of their paths; why is said where the
 *     rule is written
 * @param planted files with the fault in their last line, each of which the rule has to find
 */
record TidyRule(
    String name,
    String instead,
    Predicate<SourceFile> where,
    Function<SourceFile, Stream<Finding>> check,
    List<String> exceptions,
    List<SourceFile> planted) {

  /**
   * A place where a rule is broken.
   *
   * @param line from 1
   */
  record Finding(int line, String what) {}

  /** A rule against what matches in the code, comments and quoted text left out. */
  static TidyRule code(String name, String banned, Predicate<SourceFile> where, String instead) {
    var pattern = Pattern.compile(banned);
    return of(name, where, instead, file -> matches(pattern, file.code()));
  }

  /** A rule against what matches anywhere in the text. */
  static TidyRule text(String name, String banned, Predicate<SourceFile> where, String instead) {
    var pattern = Pattern.compile(banned);
    return of(name, where, instead, file -> matches(pattern, file.text()));
  }

  static TidyRule of(
      String name,
      Predicate<SourceFile> where,
      String instead,
      Function<SourceFile, Stream<Finding>> check) {
    return new TidyRule(name, instead, where, check, List.of(), List.of());
  }

  /** This rule, but for one file. */
  TidyRule butIn(String pathEnd) {
    return new TidyRule(name, instead, where, check, plus(exceptions, pathEnd), planted);
  }

  /** This rule, which has to find the last line of this text if it is in that file. */
  TidyRule finds(String path, String text) {
    return new TidyRule(
        name, instead, where, check, exceptions, plus(planted, new SourceFile(path, text)));
  }

  /** One line for each place where a file breaks the rule. */
  List<String> violations(SourceFile file) {
    return exceptions.stream().anyMatch(file.path()::endsWith) ? List.of() : breaches(file);
  }

  /** The same, exceptions not regarded. */
  List<String> breaches(SourceFile file) {
    return where.test(file)
        ? check.apply(file).map(finding -> message(file, finding)).toList()
        : List.of();
  }

  @Override
  public String toString() {
    return name;
  }

  private String message(SourceFile file, Finding finding) {
    return "%s:%d: %s. Instead: %s."
        .formatted(file.path(), finding.line(), finding.what(), instead);
  }

  private static Stream<Finding> matches(Pattern banned, String text) {
    return banned
        .matcher(text)
        .results()
        .map(match -> new Finding(SourceFile.line(text, match.start()), "'" + match.group() + "'"));
  }

  private static <T> List<T> plus(List<T> list, T one) {
    var more = new ArrayList<>(list);
    more.add(one);
    return List.copyOf(more);
  }
}
