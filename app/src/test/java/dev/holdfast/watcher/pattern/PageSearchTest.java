package dev.holdfast.watcher.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import dev.holdfast.watcher.Expectation;
import dev.holdfast.watcher.Expectation.Engine;
import dev.holdfast.watcher.Expectation.PagePattern;
import dev.holdfast.watcher.StatusSet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PageSearchTest {
  private static final Optional<String> HTML = Optional.of("text/html; charset=utf-8");

  private static List<PagePattern> patterns(Engine engine, String... patterns) {
    return Stream.of(patterns).map(text -> new PagePattern(text, engine)).toList();
  }

  private static Expectation expecting(
      List<PagePattern> must, List<PagePattern> mustNot, String... texts) {
    return new Expectation(StatusSet.SUCCESS, must, mustNot, List.of(texts), 14, 1 << 20);
  }

  private static Finding search(Expectation expectation, String page) throws BadPatternException {
    return PageSearch.compile(expectation).search(page.getBytes(StandardCharsets.UTF_8), HTML);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void search_saysWhatIsWrong(Engine engine) throws BadPatternException {
    Expectation expectation =
        expecting(patterns(engine, "a+b", "c"), patterns(engine, "err(or)?"), "x.y");
    assertThat(search(expectation, "aab c x.y")).isEqualTo(new Finding.Found());
    assertThat(search(expectation, "aa c x.y")).isEqualTo(new Finding.Missing("a+b", false));
    assertThat(search(expectation, "aab x.y")).isEqualTo(new Finding.Missing("c", false));
    assertThat(search(expectation, "aab c x.y err")).isEqualTo(new Finding.Present("err(or)?"));
    assertThat(search(expectation, "aab c xzy")).isEqualTo(new Finding.Missing("x.y", true));
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void upperAndLowerCase_areAlikeForUmlauts(Engine engine) throws BadPatternException {
    Expectation expectation = expecting(patterns(engine, "(?i)grüße aus köln"), List.of());
    assertThat(search(expectation, "GRÜßE AUS KÖLN")).isEqualTo(new Finding.Found());
  }

  @Test
  void umlautOfIso88591_isFound() throws BadPatternException {
    Expectation expectation = expecting(patterns(Engine.RE2, "K.ln"), List.of(), "Köln");
    byte[] page = "Köln".getBytes(StandardCharsets.ISO_8859_1);
    PageSearch search = PageSearch.compile(expectation);
    assertThat(search.search(page, Optional.of("text/html; charset=ISO-8859-1")))
        .isEqualTo(new Finding.Found());
    assertThat(search.search(page, Optional.empty())).isEqualTo(new Finding.Missing("Köln", true));
  }

  @Test
  void malformedBytes_hideNothingBehindThem() throws BadPatternException {
    Expectation expectation = expecting(patterns(Engine.RE2, "end$"), List.of(), "end");
    byte[] page = {(byte) 0xe0, 'e', 'n', 'd', (byte) 0xf0, 'e', 'n', 'd'};
    assertThat(PageSearch.compile(expectation).search(page, Optional.empty()))
        .isEqualTo(new Finding.Found());
  }

  /** The reason why a page becomes text first, though RE2/J searches bytes, too. */
  @Test
  void malformedBytes_misleadASearchOfBytes() {
    byte[] page = "xé".getBytes(StandardCharsets.ISO_8859_1);
    Pattern pattern = Pattern.compile("x.$");
    assertThat(pattern.matcher(page).find()).isFalse();
    assertThat(pattern.matcher(new String(page, StandardCharsets.UTF_8)).find()).isTrue();
  }

  @Test
  void searchWithoutEnd_isUndecided() throws BadPatternException {
    Expectation expectation = expecting(patterns(Engine.JAVA, "(a+)+[bc]\\1d"), List.of());
    assertThat(search(expectation, "a".repeat(5_000)))
        .isEqualTo(new Finding.Undecided("(a+)+[bc]\\1d"));
  }

  /** Each of them may read a page for itself: the limit is that of the endpoint. */
  @Test
  void searchesThatTakeTooLongTogether_areUndecided() throws BadPatternException {
    String page = "a".repeat(3_500);
    assertThat(search(expecting(List.of(), patterns(Engine.JAVA, "a*b")), page))
        .isEqualTo(new Finding.Found());
    List<PagePattern> four = patterns(Engine.JAVA, "a*b", "a*c", "a*d", "a*e");
    assertThat(search(expecting(List.of(), four), page)).isInstanceOf(Finding.Undecided.class);
  }

  @Test
  void searchThatNeedsTooMuchStack_isUndecided() throws BadPatternException {
    Expectation expectation = expecting(patterns(Engine.JAVA, "^(?:a|b)*$"), List.of());
    assertThat(search(expectation, "ab".repeat(200_000)))
        .isEqualTo(new Finding.Undecided("^(?:a|b)*$"));
  }

  @Test
  void undecidedMustNot_isNeverFound_andSurelyWrongComesFirst() throws BadPatternException {
    List<PagePattern> endless = patterns(Engine.JAVA, "^(?:a|b)*$");
    String page = "ab".repeat(200_000);
    assertThat(search(expecting(List.of(), endless), page)).isInstanceOf(Finding.Undecided.class);
    assertThat(search(expecting(endless, patterns(Engine.RE2, "ba")), page))
        .isEqualTo(new Finding.Present("ba"));
    assertThat(search(expecting(endless, List.of(), "c"), page))
        .isEqualTo(new Finding.Missing("c", true));
  }

  @Test
  void emptyBody_lacksWhatMustBeFound_andNothingElse() throws BadPatternException {
    PageSearch must = PageSearch.compile(expecting(patterns(Engine.RE2, "a"), List.of()));
    PageSearch text = PageSearch.compile(expecting(List.of(), List.of(), "a"));
    PageSearch mustNot = PageSearch.compile(expecting(List.of(), patterns(Engine.RE2, "a")));
    assertThat(must.needsBody()).isTrue();
    assertThat(text.needsBody()).isTrue();
    assertThat(mustNot.needsBody()).isFalse();
    assertThat(mustNot.search(new byte[0], Optional.empty())).isEqualTo(new Finding.Found());
    assertThat(must.search(new byte[0], Optional.empty()))
        .isEqualTo(new Finding.Missing("a", false));
  }

  @Test
  void programsTooLargeForTheirBody_areRefused_andTakenForASmallerOne() throws BadPatternException {
    List<PagePattern> must = patterns(Engine.RE2, "a.{0,400}b", "c.{0,400}d");
    Expectation large = expecting(must, List.of());
    assertThatThrownBy(() -> PageSearch.compile(large))
        .isInstanceOfSatisfying(
            BadPatternException.class,
            e -> assertThat(e.hint()).contains("body_bytes").contains("or less"));
    Expectation small = new Expectation(StatusSet.SUCCESS, must, List.of(), List.of(), 14, 1 << 17);
    assertThat(PageSearch.compile(small).search("a b c d".getBytes(StandardCharsets.UTF_8), HTML))
        .isEqualTo(new Finding.Found());
  }
}
