package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The text that Prometheus reads of a service, taken apart; and the same from docs/metrics.md. */
public record Scraped(String text) {
  private static final Pattern TYPE = Pattern.compile("# TYPE (\\w+) (\\w+)");
  private static final Pattern HELP = Pattern.compile("# HELP (\\w+) (.+)");
  private static final Pattern SAMPLE = Pattern.compile("(\\w+?)(?:\\{(.*)})? (\\S+)");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"[^\"]*\"");
  private static final Pattern DOC_ROW =
      Pattern.compile("(?m)^\\| `(\\w+)` \\| (\\w+) \\|([^|]*)\\| ([^|]+) \\|$");

  public static Scraped of(String text) {
    return new Scraped(text);
  }

  /** Returns the samples by name and labels, in their spelling. */
  public Map<String, Double> samples() {
    var samples = new HashMap<String, Double>();
    for (String line : text.lines().filter(line -> !line.startsWith("#")).toList()) {
      Matcher sample = SAMPLE.matcher(line);
      assertThat(sample.matches()).as(line).isTrue();
      String name = line.substring(0, line.lastIndexOf(' '));
      assertThat(samples.put(name, Double.valueOf(sample.group(3)))).as("twice: " + name).isNull();
    }
    return samples;
  }

  /** Returns the name, the kind and the labels of every meter. */
  public Set<String> meters() {
    return TYPE.matcher(text)
        .results()
        .map(type -> type.group(1) + " " + type.group(2) + labels(type.group(1)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Returns the description of every meter. The longest of a histogram has that of the histogram.
   */
  public Map<String, String> help() {
    return HELP.matcher(text)
        .results()
        .collect(Collectors.toMap(help -> help.group(1), help -> help.group(2)));
  }

  /** Returns the first sentence about every meter in a section of the documentation. */
  public static Map<String, String> documentedHelp(String heading) throws IOException {
    var help = new HashMap<String, String>();
    rows(heading).forEach(row -> help.put(row.group(1), firstSentence(row.group(4))));
    rows(heading)
        .filter(row -> row.group(2).equals("histogram"))
        .forEach(row -> help.replace(row.group(1) + "_max", help.get(row.group(1))));
    return help;
  }

  /** Returns the first sentence, without the marks of Markdown. */
  private static String firstSentence(String text) {
    return text.replace("`", "").replaceFirst("(?<=[.])\\s.*", "");
  }

  /** Returns the meters that a section of the documentation lists, as {@link #meters} does. */
  public static Set<String> documented(String heading) throws IOException {
    return rows(heading)
        .map(row -> row.group(1) + " " + row.group(2) + words(row.group(3).replace("`", "")))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<MatchResult> rows(String heading) throws IOException {
    String section =
        Stream.of(Files.readString(Path.of("..", "docs", "metrics.md")).split("(?m)^(?=## )"))
            .filter(s -> s.startsWith(heading + "\n"))
            .findFirst()
            .orElseThrow();
    return DOC_ROW.matcher(section).results();
  }

  /** Returns the names of all labels of a meter, without that of buckets. */
  private Set<String> labels(String meter) {
    return text.lines()
        .map(SAMPLE::matcher)
        .filter(Matcher::matches)
        .filter(sample -> sample.group(1).replaceFirst("_(bucket|count|sum)$", "").equals(meter))
        .filter(sample -> sample.group(2) != null)
        .flatMap(sample -> LABEL.matcher(sample.group(2)).results().map(label -> label.group(1)))
        .filter(label -> !label.equals("le"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> words(String list) {
    return Pattern.compile("\\w+")
        .matcher(list)
        .results()
        .map(word -> word.group())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
