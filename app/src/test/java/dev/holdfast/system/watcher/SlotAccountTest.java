package dev.holdfast.system.watcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.system.watcher.SlotAccount.Found;
import dev.holdfast.system.watcher.SlotAccount.Request;
import dev.holdfast.system.watcher.SlotAccount.Row;
import dev.holdfast.system.watcher.SlotAccount.Silence;
import dev.holdfast.system.watcher.SlotAccount.Span;
import dev.holdfast.watcher.Kind;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import dev.holdfast.watcher.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The account of slots finds each error that is planted into a whole one. */
class SlotAccountTest {
  private static final int INTERVAL_MS = 5_000;
  private static final Map<String, Schedule> ENDPOINTS =
      SlotAccount.schedules(List.of("a", "b"), INTERVAL_MS);
  private static final long FIRST = ENDPOINTS.get("a").dueAtOrAfter(1_700_000_000_000L);
  private static final Span OWED = new Span(FIRST - 1, FIRST + 4 * INTERVAL_MS - 1);

  private final List<Row> rows = new ArrayList<>();
  private final List<Silence> silences = new ArrayList<>();
  private final List<Request> requests = new ArrayList<>();

  SlotAccountTest() {
    for (String id : ENDPOINTS.keySet()) {
      long dueMs = ENDPOINTS.get(id).dueAtOrAfter(FIRST);
      for (long slot = 0; slot < 4; slot++) {
        rows.add(row(id, dueMs + slot * INTERVAL_MS, Outcome.UP, Reason.NONE));
        requests.add(new Request(id, dueMs + slot * INTERVAL_MS + 3));
      }
    }
  }

  private static Row row(String id, long dueMs, Outcome outcome, Reason reason) {
    return new Row(id, dueMs, Kind.SLOT, outcome, reason, outcome.isMeasured());
  }

  private SlotAccount.Differences compared() {
    return compared(1);
  }

  private SlotAccount.Differences compared(int checkers) {
    return new SlotAccount(ENDPOINTS, List.of(OWED), checkers)
        .compare(new Found(rows, silences, requests));
  }

  private void assertMissing(String... words) {
    assertThat(compared().missing()).singleElement().asString().contains(words);
    assertThat(compared().wrong()).isEmpty();
  }

  private void assertWrong(String... words) {
    assertThat(compared().missing()).isEmpty();
    assertThat(compared().wrong()).singleElement().asString().contains(words);
  }

  @Test
  void wholeAccount_hasNoDifference() {
    assertThat(compared().missing()).isEmpty();
    assertThat(compared().wrong()).isEmpty();
  }

  @Test
  void checkAgain_isARowWithARequest() {
    rows.add(new Row("a", FIRST + 7, Kind.AGAIN_TAINTED, Outcome.UP, Reason.NONE, true));
    requests.add(new Request("a", FIRST + 9));

    assertThat(compared().missing()).isEmpty();
    assertThat(compared().wrong()).isEmpty();
  }

  @Test
  void slotsThatNobodyChecked_withTheirCause() {
    rows.replaceAll(
        row -> row.dueMs() == FIRST ? row("a", FIRST, Outcome.MISSED, Reason.STALLED) : row);
    requests.removeIf(request -> request.askedMs() == FIRST + 3);

    assertThat(compared().missing()).isEmpty();
    assertThat(compared().wrong()).isEmpty();
  }

  @Test
  void silence_standsForItsSlots() {
    var silent = new Span(FIRST + INTERVAL_MS, FIRST + 3 * INTERVAL_MS);
    rows.removeIf(row -> silent.has(row.dueMs()));
    requests.removeIf(request -> silent.has(request.askedMs() - 3));
    silences.add(new Silence(silent, 4, Reason.STALLED));

    assertThat(compared().missing()).isEmpty();
    assertThat(compared().wrong()).isEmpty();
  }

  @Test
  void planted_lostRow() {
    rows.removeIf(row -> row.dueMs() == FIRST + INTERVAL_MS);

    assertThat(compared().missing())
        .hasSize(2)
        .contains("a at " + (FIRST + INTERVAL_MS) + " has no row")
        .anyMatch(line -> line.contains("belongs to no row"));
  }

  @Test
  void planted_lostRowOfASlotThatNobodyChecked() {
    rows.removeIf(row -> row.dueMs() == FIRST + INTERVAL_MS);
    requests.removeIf(request -> request.askedMs() == FIRST + INTERVAL_MS + 3);

    assertMissing("a at " + (FIRST + INTERVAL_MS), "has no row");
  }

  @Test
  void planted_secondRow() {
    rows.add(row("a", FIRST, Outcome.MISSED, Reason.LATE));

    assertWrong("a at " + FIRST, "2 times");
  }

  @Test
  void planted_rowInASilence() {
    silences.add(new Silence(new Span(FIRST - 1, FIRST), 1, Reason.STALLED));

    assertWrong("a at " + FIRST, "2 times");
  }

  @Test
  void planted_checkMadeTwice() {
    requests.add(new Request("a", FIRST + 4));

    assertThat(compared().missing())
        .anyMatch(line -> line.contains("belongs to no row"))
        .allMatch(line -> line.contains("endpoint=a"));
    assertThat(compared(2).missing()).as("two agents may").isEmpty();
  }

  @Test
  void planted_checkBeforeItsTime() {
    requests.replaceAll(
        request -> request.askedMs() == FIRST + 3 ? new Request("a", FIRST - 100) : request);
    List<Request> early = List.copyOf(requests);

    var account =
        new SlotAccount(ENDPOINTS, List.of(new Span(FIRST - 200, FIRST - 1)), 1)
            .compare(new Found(rows, silences, early));

    assertThat(account.missing()).singleElement().asString().contains("belongs to no row");
  }

  @Test
  void planted_answerThatNobodyGave() {
    requests.removeIf(request -> request.askedMs() == FIRST + 3);

    assertMissing("4 answers of a, requests 3");
  }

  @Test
  void planted_rowBesideTheSlots() {
    rows.add(row("a", FIRST + 1, Outcome.AGENT, Reason.STALLED));

    assertWrong("is no slot");
  }

  @Test
  void planted_rowOfNobody() {
    rows.add(row("c", FIRST, Outcome.AGENT, Reason.STALLED));

    assertWrong("not there");
  }

  @Test
  void planted_missedWithoutACause() {
    rows.replaceAll(
        row -> row.dueMs() == FIRST ? row("a", FIRST, Outcome.MISSED, Reason.NONE) : row);
    requests.removeIf(request -> request.askedMs() == FIRST + 3);

    assertWrong("has no cause");
  }

  @Test
  void planted_silenceWithAWrongCount() {
    var silent = new Span(FIRST + INTERVAL_MS, FIRST + 3 * INTERVAL_MS);
    rows.removeIf(row -> silent.has(row.dueMs()));
    requests.removeIf(request -> silent.has(request.askedMs() - 3));
    silences.add(new Silence(silent, 5, Reason.STALLED));

    assertWrong("has 4 slots");
  }
}
