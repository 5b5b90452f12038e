package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchAccountTest {
  private static final int INTERVAL_MS = 5_000;
  private static final int RESPONSE_TIMEOUT = 15;
  private static final int STALLED = 35;
  private static final int OVERLAP = 43;
  private static final long FROM_MS = 1_000_000;
  private static final long ZERO_MICROS = 900_000_000; // the clock of the farm began 100 s before

  private final WatchClock clock = new WatchClock(ZERO_MICROS);
  private final List<WatchCheck> checks = new ArrayList<>();
  private final List<WatchRequest> requests = new ArrayList<>();
  private final List<WatchGap> gaps = new ArrayList<>();

  /** Two endpoints for 20 s, and 10 s before and after: each slot has its row and its request. */
  @BeforeEach
  void everythingAsItShouldBe() {
    for (long number : List.of(1L, 2L)) {
      for (long dueMs = FROM_MS - 10_000 + 700 * number;
          dueMs < FROM_MS + 30_000;
          dueMs += INTERVAL_MS) {
        checks.add(check(number, dueMs, WatchCodes.SLOT, WatchCodes.UP, 0));
        requests.add(request(number, dueMs));
      }
    }
  }

  private static WatchCheck check(long number, long dueMs, int kind, int outcome, int reason) {
    return new WatchCheck(number, dueMs, kind, outcome, reason, false, 2_000, 21_500, 20_500);
  }

  /** Returns the request of a check that began 2 ms late. The site took 20 ms. */
  private static WatchRequest request(long number, long dueMs) {
    long nanos = (dueMs * 1_000 + 2_000 - ZERO_MICROS) * 1_000;
    return new WatchRequest(
        number, nanos + 300_000, nanos + 500_000, nanos + 20_500_000, nanos + 21_000_000);
  }

  private WatchAccount account() {
    var window = new WatchAccount.Window(FROM_MS, FROM_MS + 20_000, INTERVAL_MS, List.of(1L, 2L));
    return WatchAccount.of(window, clock, checks, requests, gaps);
  }

  private WatchCheck row(long number, long dueMs) {
    return checks.stream()
        .filter(each -> each.number() == number && each.dueMs() == dueMs)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void nothingIsWrong_nothingIsFound() {
    WatchAccount account = account();

    assertThat(account.slots()).isEqualTo(8);
    assertThat(account.requests()).isEqualTo(8);
    assertThat(account.rows()).isEqualTo(Map.of("up", 8L));
    assertThat(account.withoutCause()).isZero();
    assertThat(account.lost()).isZero();
    assertThat(account.twice()).isZero();
    assertThat(account.unseen()).isZero();
    assertThat(account.pairs()).hasSize(8);
    assertThat(account.pairs())
        .allSatisfy(
            pair -> {
              assertThat(pair.isTimed()).isTrue();
              assertThat(pair.errorMs()).isEqualTo(0.5);
              assertThat(pair.inflationMs()).isEqualTo(1.5);
            });
  }

  @Test
  void plantedLostRow_isFound() {
    checks.remove(row(1, FROM_MS + 5_700));

    WatchAccount account = account();

    assertThat(account.lost()).isEqualTo(1);
    assertThat(account.withoutCause()).isEqualTo(1);
    assertThat(account.twice()).isZero();
    assertThat(account.slots()).isEqualTo(8);
  }

  @Test
  void plantedLostRowOfACheckAgain_isFound() {
    requests.add(request(1, FROM_MS + 7_200)); // its row is not there

    WatchAccount account = account();

    assertThat(account.lost()).isEqualTo(1);
    assertThat(account.twice()).isZero();
    assertThat(account.withoutCause()).isZero();
  }

  @Test
  void plantedSecondRequest_isFound() {
    requests.add(request(2, FROM_MS + 6_400));

    assertThat(account().twice()).isEqualTo(1);
    assertThat(account().lost()).isZero();
  }

  @Test
  void plantedSecondRow_isFound() {
    checks.add(check(2, FROM_MS + 6_400, WatchCodes.SLOT, WatchCodes.UP, 0));

    assertThat(account().twice()).isEqualTo(1);
  }

  @Test
  void plantedSlotThatNobodyChecked_isFound() {
    checks.remove(row(1, FROM_MS + 5_700));
    requests.remove(request(1, FROM_MS + 5_700));

    WatchAccount account = account();

    assertThat(account.withoutCause()).isEqualTo(1);
    assertThat(account.lost()).isZero();
  }

  @Test
  void plantedEndpointThatNobodyChecks_isFound() {
    checks.removeIf(each -> each.number() == 2);
    requests.removeIf(each -> each.number() == 2);

    assertThat(account().withoutCause()).isEqualTo(4);
    assertThat(account().slots()).isEqualTo(8);
  }

  @Test
  void plantedRowWithoutARequest_isFound() {
    requests.remove(request(1, FROM_MS + 5_700));

    assertThat(account().unseen()).isEqualTo(1);
  }

  @Test
  void slotWithACause_isNoneWithoutOne() {
    checks.remove(row(1, FROM_MS + 5_700));
    requests.remove(request(1, FROM_MS + 5_700));
    checks.add(check(1, FROM_MS + 5_700, WatchCodes.SLOT, WatchCodes.MISSED, OVERLAP));

    WatchAccount account = account();

    assertThat(account.withoutCause()).isZero();
    assertThat(account.missed()).isEqualTo(Map.of("overlap", 1L));
  }

  @Test
  void slotsWithinASilence_haveACause() {
    for (long dueMs : List.of(FROM_MS + 5_700, FROM_MS + 10_700)) {
      checks.remove(row(1, dueMs));
      requests.remove(request(1, dueMs));
    }
    gaps.add(new WatchGap(FROM_MS + 5_699, FROM_MS + 10_700, STALLED));

    WatchAccount account = account();

    assertThat(account.withoutCause()).isZero();
    assertThat(account.missed()).isEqualTo(Map.of("agent stalled, a silence", 2L));
  }

  @Test
  void checkAgain_hasARowAndARequestOfItsOwn() {
    checks.add(check(1, FROM_MS + 7_200, 2, WatchCodes.UP, 0));
    requests.add(request(1, FROM_MS + 7_200));

    WatchAccount account = account();

    assertThat(account.slots()).isEqualTo(8);
    assertThat(account.pairs()).hasSize(9);
    assertThat(account.twice() + account.lost() + account.unseen()).isZero();
  }

  @Test
  void checkThatTheAgentFroze_mayHaveItsRequestLater() {
    checks.remove(row(1, FROM_MS + 5_700));
    requests.remove(request(1, FROM_MS + 5_700));
    checks.add(check(1, FROM_MS + 5_700, WatchCodes.SLOT, WatchCodes.AGENT, STALLED));
    requests.add(request(1, FROM_MS + 8_800)); // 3.1 s later

    WatchAccount account = account();

    assertThat(account.lost() + account.twice()).isZero();
    assertThat(account.rows()).isEqualTo(Map.of("up", 7L, "agent", 1L));
  }

  @Test
  void sum_hasTheCountsOfBoth() {
    checks.remove(row(1, FROM_MS + 5_700));
    checks.add(check(1, FROM_MS + 5_700, WatchCodes.SLOT, WatchCodes.DOWN, RESPONSE_TIMEOUT));

    WatchAccount sum = account().plus(account());

    assertThat(sum.slots()).isEqualTo(16);
    assertThat(sum.requests()).isEqualTo(16);
    assertThat(sum.rows()).isEqualTo(Map.of("up", 14L, "down", 2L));
    assertThat(sum.down()).isEqualTo(Map.of("response timeout", 2L));
  }
}
