package dev.holdfast.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.docs.MarkdownPage.Link;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The pages of the repository: their links, the index of docs, and the log of changes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MarkdownTest {
  private static final Path DOCS = Path.of("docs");
  private static final Path INDEX = DOCS.resolve("README.md");

  private Path root;
  private Map<Path, MarkdownPage> pages;

  @BeforeAll
  void read() throws IOException {
    root = Path.of("..").toRealPath();
    pages =
        MarkdownPage.all(root).stream()
            .collect(Collectors.toMap(MarkdownPage::path, Function.identity()));
  }

  @Test
  void pages_areAllRead() {
    assertThat(pages)
        .containsKeys(
            INDEX,
            Path.of("README.md"),
            Path.of("CONTRIBUTING.md"),
            Path.of("SECURITY.md"),
            Path.of("CHANGELOG.md"),
            Path.of("compose", "README.md"),
            Path.of(".github", "PULL_REQUEST_TEMPLATE.md"));
  }

  @Test
  void links_leadSomewhere() {
    assertThat(pages.values().stream().mapToInt(page -> page.links().size()).sum())
        .isGreaterThan(50);
    assertThat(pages.values().stream().flatMap(this::broken)).isEmpty();
  }

  /** Nobody reads a page that nobody finds. */
  @Test
  void everyPageOfDocs_isInTheIndex() {
    Set<Path> index = targets(pages.get(INDEX)).collect(Collectors.toSet());

    assertThat(pages.keySet())
        .filteredOn(page -> DOCS.equals(page.getParent()) && !page.equals(INDEX))
        .isNotEmpty()
        .allSatisfy(page -> assertThat(index).contains(page));
  }

  @Test
  void everyPageBelowDocs_isReachedFromTheIndex() {
    assertThat(pages.keySet())
        .filteredOn(page -> page.startsWith(DOCS))
        .isSubsetOf(reachedFrom(INDEX));
  }

  @Test
  void readme_leadsToAllThatAStrangerNeeds() {
    assertThat(targets(pages.get(Path.of("README.md"))))
        .contains(
            INDEX, Path.of("CONTRIBUTING.md"), Path.of("SECURITY.md"), Path.of("CHANGELOG.md"));
  }

  /** The form is that of Keep a Changelog, with the newest version first. */
  @Test
  void changelog_beginsWithWhatIsUnreleased_andDatesTheRest() {
    List<String> versions =
        pages
            .get(Path.of("CHANGELOG.md"))
            .text()
            .lines()
            .filter(line -> line.startsWith("## "))
            .toList();

    assertThat(versions).hasSizeGreaterThan(1).first().isEqualTo("## [Unreleased]");
    assertThat(versions.subList(1, versions.size()))
        .allSatisfy(
            line -> assertThat(line).matches("## \\[\\d+\\.\\d+\\.\\d+] - \\d{4}-\\d{2}-\\d{2}"));
  }

  @Test
  void changelog_hasOnlyTheKindsOfKeepAChangelog() {
    assertThat(
            pages
                .get(Path.of("CHANGELOG.md"))
                .text()
                .lines()
                .filter(line -> line.startsWith("### ")))
        .isNotEmpty()
        .isSubsetOf(
            "### Added",
            "### Changed",
            "### Deprecated",
            "### Removed",
            "### Fixed",
            "### Security");
  }

  @Test
  void anchors_areThoseOfGitHub() {
    var page =
        new MarkdownPage(
            Path.of("docs", "a.md"),
            """
            # `up` and [nginx](b.md)'s log
            ## Twice
            ## Twice
            ```
            # no heading
            ```
            """);

    assertThat(page.anchors()).containsExactlyInAnyOrder("up-and-nginxs-log", "twice", "twice-1");
  }

  @Test
  void brokenLinks_areFound() {
    var page =
        new MarkdownPage(
            Path.of("docs", "a.md"),
            """
            # Here
            [a](#here) [b](../README.md) [c](https://example.com/#x) `[d](none.md)` [e](../docs)
            [f](none.md) [g](#there) [h](../README.md#nowhere) [i](../../outside.md)
            ```
            [j](none.md)
            ```
            """);

    assertThat(broken(page))
        .containsExactly(
            "docs/a.md: none.md",
            "docs/a.md: #there",
            "docs/a.md: ../README.md#nowhere",
            "docs/a.md: ../../outside.md");
  }

  private Stream<String> broken(MarkdownPage page) {
    return page.links().stream()
        .filter(link -> !leadsSomewhere(page, link))
        .map(
            link ->
                page.path()
                    + ": "
                    + link.file()
                    + (link.anchor().isEmpty() ? "" : "#" + link.anchor()));
  }

  private boolean leadsSomewhere(MarkdownPage page, Link link) {
    Path target = page.target(link);
    if (link.anchor().isEmpty()) {
      return !target.startsWith("..") && Files.exists(root.resolve(target));
    }
    return Optional.ofNullable(target.equals(page.path()) ? page : pages.get(target))
        .map(to -> to.anchors().contains(link.anchor()))
        .orElse(false);
  }

  private Set<Path> reachedFrom(Path start) {
    var reached = new HashSet<>(Set.of(start));
    var open = new ArrayDeque<>(Set.of(start));
    while (!open.isEmpty()) {
      targets(pages.get(open.remove()))
          .filter(target -> pages.containsKey(target) && reached.add(target))
          .forEach(open::add);
    }
    return reached;
  }

  private static Stream<Path> targets(MarkdownPage page) {
    return page.links().stream().map(page::target);
  }
}
