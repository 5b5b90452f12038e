package dev.holdfast.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The slots of a time, held against the rows of the table and against the requests that the farm
 * saw.
 *
 * @param slots the slots that were due
 * @param rows the rows that were due, those of checks again among them, by their outcomes
 * @param down the rows that call a site down, by their reasons
 * @param missed the rows of slots that nobody checked, and slots within silences, by their reasons
 * @param withoutCause slots without a row, which no silence covers
 * @param requests the requests that the farm saw
 * @param lost requests of which there is no row
 * @param twice requests of a row that had one before, and rows of one slot beyond the first
 * @param unseen rows of answers of which the farm saw no request
 * @param tainted rows that the agent has disturbed
 * @param pairs the checks with their requests
 */
record WatchAccount(
    long slots,
    Map<String, Long> rows,
    Map<String, Long> down,
    Map<String, Long> missed,
    long withoutCause,
    long requests,
    long lost,
    long twice,
    long unseen,
    long tainted,
    List<WatchPair> pairs) {

  /** A request may come by so much before its check began: the clocks are compared by hand. */
  private static final long EARLY_MICROS = 50_000;

  /** A request comes at most so much after its check began, even if the agent stands still. */
  private static final long AFTER_MICROS = 4_500_000;

  /**
   * A time, and who is checked in it.
   *
   * @param fromMs from when, in ms since the epoch
   * @param toMs until before when
   * @param intervalMs the interval of all endpoints; at most one check of each runs in it
   * @param numbers the numbers of the endpoints
   */
  record Window(long fromMs, long toMs, int intervalMs, Collection<Long> numbers) {
    /** So much before and after the window belongs to what is compared. */
    static final long MARGIN_MS = 10_000;

    boolean has(long epochMs) {
      return epochMs >= fromMs && epochMs < toMs;
    }
  }

  /**
   * Makes the account of a window.
   *
   * @param checks the rows of the window, and of {@link Window#MARGIN_MS} around it
   * @param requests the requests of the same
   */
  static WatchAccount of(
      Window window,
      WatchClock clock,
      List<WatchCheck> checks,
      List<WatchRequest> requests,
      List<WatchGap> gaps) {
    Map<Long, List<WatchCheck>> checksOf = new HashMap<>();
    checks.forEach(
        each -> checksOf.computeIfAbsent(each.number(), _ -> new ArrayList<>()).add(each));
    Map<Long, List<WatchRequest>> requestsOf = new HashMap<>();
    requests.forEach(
        each -> requestsOf.computeIfAbsent(each.number(), _ -> new ArrayList<>()).add(each));
    var counting = new Counting(window, clock, gaps);
    for (long number : window.numbers()) {
      counting.add(
          checksOf.getOrDefault(number, List.of()), requestsOf.getOrDefault(number, List.of()));
    }
    return counting.account();
  }

  /** Returns the sum of two accounts, without the pairs. */
  WatchAccount plus(WatchAccount other) {
    return new WatchAccount(
        slots + other.slots,
        sum(rows, other.rows),
        sum(down, other.down),
        sum(missed, other.missed),
        withoutCause + other.withoutCause,
        requests + other.requests,
        lost + other.lost,
        twice + other.twice,
        unseen + other.unseen,
        tainted + other.tainted,
        List.of());
  }

  private static Map<String, Long> sum(Map<String, Long> some, Map<String, Long> others) {
    var sum = new TreeMap<>(some);
    others.forEach((what, count) -> sum.merge(what, count, Long::sum));
    return sum;
  }

  /** The account while it is made, one endpoint after the other. */
  private static final class Counting {
    private final Window window;
    private final WatchClock clock;
    private final List<WatchGap> gaps;
    private final Map<String, Long> rows = new TreeMap<>();
    private final Map<String, Long> down = new TreeMap<>();
    private final Map<String, Long> missed = new TreeMap<>();
    private final List<WatchPair> pairs = new ArrayList<>();
    private long slots;
    private long withoutCause;
    private long requests;
    private long lost;
    private long twice;
    private long unseen;
    private long tainted;

    Counting(Window window, WatchClock clock, List<WatchGap> gaps) {
      this.window = window;
      this.clock = clock;
      this.gaps = gaps;
    }

    void add(List<WatchCheck> checks, List<WatchRequest> asked) {
      addRows(checks);
      addSlots(checks);
      addRequests(
          checks.stream()
              .filter(check -> !check.isMissed())
              .sorted(Comparator.comparingLong(WatchCheck::startMicros))
              .toList(),
          asked);
    }

    private void addRows(List<WatchCheck> checks) {
      for (WatchCheck check : checks) {
        if (window.has(check.dueMs())) {
          tainted += check.isTainted() ? 1 : 0;
          rows.merge(WatchCodes.outcome(check.outcome()), 1L, Long::sum);
          if (check.outcome() == WatchCodes.DOWN) {
            down.merge(WatchCodes.reason(check.reason()), 1L, Long::sum);
          }
          if (check.isSlot() && check.isMissed()) {
            missed.merge(WatchCodes.reason(check.reason()), 1L, Long::sum);
          }
        }
      }
    }

    private void addSlots(List<WatchCheck> checks) {
      Set<Long> dues = new HashSet<>();
      for (WatchCheck check : checks) {
        if (check.kind() == WatchCodes.SLOT && !dues.add(check.dueMs())) {
          twice += window.has(check.dueMs()) ? 1 : 0;
        }
      }
      if (dues.isEmpty()) { // nobody knows when they were due
        long due = (window.toMs() - window.fromMs()) / window.intervalMs();
        slots += due;
        withoutCause += due;
        return;
      }
      int interval = window.intervalMs();
      long phase = Math.floorMod(dues.iterator().next(), interval);
      long first = window.fromMs() + Math.floorMod(phase - window.fromMs(), interval);
      for (long due = first; due < window.toMs(); due += interval) {
        slots++;
        if (!dues.contains(due)) {
          addWithoutRow(due);
        }
      }
    }

    private void addWithoutRow(long due) {
      for (WatchGap gap : gaps) {
        if (gap.covers(due)) {
          missed.merge(WatchCodes.reason(gap.reason()) + ", a silence", 1L, Long::sum);
          return;
        }
      }
      withoutCause++;
    }

    /** Gives each request to the last check that had begun when it came, and has none yet. */
    private void addRequests(List<WatchCheck> began, List<WatchRequest> asked) {
      Map<WatchCheck, WatchRequest> taken = new HashMap<>();
      for (WatchRequest request :
          asked.stream().sorted(Comparator.comparingLong(WatchRequest::acceptedNanos)).toList()) {
        long micros = clock.epochMicros(request.acceptedNanos());
        boolean isInside = window.has(micros / 1_000);
        requests += isInside ? 1 : 0;
        List<WatchCheck> possible = begunBefore(began, micros);
        Optional<WatchCheck> free =
            possible.stream().filter(each -> !taken.containsKey(each)).findFirst();
        if (free.isPresent()) {
          taken.put(free.get(), request);
        } else if (isInside && possible.stream().anyMatch(each -> isRunning(each, micros))) {
          twice++;
        } else if (isInside) {
          lost++;
        }
      }
      for (WatchCheck check : began) {
        if (window.has(check.dueMs())) {
          WatchRequest request = taken.get(check);
          if (request != null) {
            pairs.add(new WatchPair(check, request));
          } else if (check.isAnswered()) {
            unseen++;
          }
        }
      }
    }

    /** Returns the checks that a request may be of, the last one first. */
    private static List<WatchCheck> begunBefore(List<WatchCheck> began, long micros) {
      return began.reversed().stream()
          .filter(check -> micros - check.startMicros() >= -EARLY_MICROS)
          .takeWhile(check -> micros - check.startMicros() <= AFTER_MICROS)
          .toList();
    }

    private static boolean isRunning(WatchCheck check, long micros) {
      return micros - check.startMicros() <= check.siteMicros() + EARLY_MICROS;
    }

    WatchAccount account() {
      return new WatchAccount(
          slots,
          rows,
          down,
          missed,
          withoutCause,
          requests,
          lost,
          twice,
          unseen,
          tainted,
          List.copyOf(pairs));
    }
  }
}
