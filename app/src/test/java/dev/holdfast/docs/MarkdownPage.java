package dev.holdfast.docs;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A page in Markdown, as GitHub shows it.
 *
 * @param path relative to the root of the repository
 */
record MarkdownPage(Path path, String text) {
  private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");
  private static final Pattern CODE = Pattern.compile("`[^`\\n]+`");
  private static final Pattern LINK = Pattern.compile("]\\(([^()\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");

  /** Directories without pages of ours. */
  private static final Set<String> PASSED_OVER =
      Set.of("target", ".git", "node_modules", "holdfast-data");

  /** A link of a page: to a file, and within it to a heading. Either may be empty, not both. */
  record Link(String file, String anchor) {}

  /** All pages of the repository. */
  static List<MarkdownPage> all(Path root) throws IOException {
    var pages = new ArrayList<MarkdownPage>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes ignored) {
            return PASSED_OVER.contains(directory.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes ignored)
              throws IOException {
            if (file.toString().endsWith(".md")) {
              pages.add(new MarkdownPage(root.relativize(file), Files.readString(file)));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return pages;
  }

  /** Returns the links to files of the repository, without those to other places. */
  List<Link> links() {
    String shown = CODE.matcher(FENCED.matcher(text).replaceAll("")).replaceAll("");
    return LINK.matcher(shown)
        .results()
        .map(match -> match.group(1))
        .filter(target -> !target.contains(":"))
        .map(MarkdownPage::link)
        .toList();
  }

  /** Returns the file that a link of this page leads to, relative to the root of the repository. */
  Path target(Link link) {
    return link.file().isEmpty() ? path : path.resolveSibling(link.file()).normalize();
  }

  /** Returns the anchors of the headings; the second of two equal headings ends in {@code -1}. */
  Set<String> anchors() {
    Map<String, Integer> seen = new HashMap<>();
    Set<String> anchors = new HashSet<>();
    HEADING
        .matcher(FENCED.matcher(text).replaceAll(""))
        .results()
        .map(match -> anchor(match.group(1)))
        .forEach(
            anchor -> {
              int earlier = seen.merge(anchor, 1, Integer::sum) - 1;
              anchors.add(earlier == 0 ? anchor : anchor + "-" + earlier);
            });
    return anchors;
  }

  /** Returns the anchor that GitHub makes from the text of a heading. */
  private static String anchor(String heading) {
    return heading
        .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
        .strip()
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
        .replace(' ', '-');
  }

  private static Link link(String target) {
    int hash = target.indexOf('#');
    return hash < 0
        ? new Link(target, "")
        : new Link(target.substring(0, hash), target.substring(hash + 1));
  }
}
