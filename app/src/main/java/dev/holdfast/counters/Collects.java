package dev.holdfast.counters;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Collects the shares of many counters from other actors. Each actor is asked one question at a
 * time. Names that come meanwhile wait, and go together in the next question.
 *
 * <p>A name never joins a question that is under way: the answer may be older than the round that
 * the name belongs to. One answer of an actor, with its configuration, counts for all names of the
 * question.
 *
 * <p>Threading: under the actor's lock.
 */
final class Collects {
  /** Names in one question at most. */
  static final int NAMES_MAX = 1_000;

  /** About how long the names of one question may be together, in bytes. */
  private static final int NAMES_BYTES_MAX = 64 * 1024;

  /** Names that wait for one actor, at most. For a further one the actor counts as not reached. */
  static final int WAITING_MAX = Reads.WAITING_MAX;

  /** Actors that are remembered although they are asked for nothing, at most. */
  static final int LINES_SPARE = 512;

  /** How long an answer may take, at most, after earlier ones have not come in time. */
  private static final long PATIENCE_MAX_MS = 2 * Asker.TIMEOUT_MS;

  private final Asker asker;
  private final Predicate<Address> isSelf;
  private final Guarded guarded;
  private final Map<Address, Line> lines = new HashMap<>();
  private int linesMax = LINES_SPARE; // from then on those that are not used are left out
  private boolean isTelling;

  /** A name's round. There is one for each name, since all who read it share rounds. */
  private record Wish(BooleanSupplier isOver, Consumer<Answer> then) {}

  /**
   * @param isSelf returns true for an address that has led here. It is asked who is there, and not
   *     for shares, which are here
   */
  Collects(Asker asker, Predicate<Address> isSelf, Guarded guarded) {
    this.guarded = guarded;
    this.asker = asker;
    this.isSelf = isSelf;
  }

  /**
   * Collects the shares of a counter from an actor. A collect that comes later, of the same name
   * from the same actor, takes the place of one that still waits.
   *
   * @param isOver says whether the answer is of no use any more
   * @param then gets the answer, once, under the actor's lock; nothing if the answer is of no use.
   *     The body of one that was served is {@link Reply.Body.Shares}, of this counter alone, or
   *     {@link Reply.Body.Done} of an address that has led here and does no more
   */
  void collect(Address from, CounterName name, BooleanSupplier isOver, Consumer<Answer> then) {
    if (lines.size() >= linesMax && !lines.containsKey(from)) {
      lines.values().removeIf(Line::isUnused);
      linesMax = lines.size() + LINES_SPARE;
    }
    Line line = lines.computeIfAbsent(from, Line::new);
    if (line.waiting.size() >= WAITING_MAX && !line.waiting.containsKey(name)) {
      then.accept(new Answer.NotReached(false));
      return;
    }
    line.waiting.put(name, new Wish(isOver, then));
    if (!isTelling) { // or more names may come at once
      line.ask();
    }
  }

  /** Returns how many actors are remembered. */
  int lineCount() {
    return lines.size();
  }

  /** The names that one actor is asked for. */
  private final class Line {
    private final Address from;
    private final Map<CounterName, Wish> waiting = new LinkedHashMap<>();
    private final Map<CounterName, Wish> underWay = new LinkedHashMap<>();
    private boolean isAsking;
    private long patienceMs = Asker.TIMEOUT_MS;

    Line(Address from) {
      this.from = from;
    }

    boolean isUnused() {
      return !isAsking && waiting.isEmpty();
    }

    /** Asks for what waits, unless a question is under way. */
    void ask() {
      if (!isAsking) {
        guarded.run(this::tryToAsk, () -> heard(new Answer.NotReached(false)));
      }
    }

    private void tryToAsk() {
      takeWaiting();
      if (!underWay.isEmpty()) {
        isAsking = true;
        Request request =
            isSelf.test(from)
                ? new Request.Hello()
                : new Request.Collect(List.copyOf(underWay.keySet()));
        asker.askAnyhow(from, request, patienceMs, this::heard);
      }
    }

    private void takeWaiting() {
      waiting.values().removeIf(wish -> wish.isOver().getAsBoolean());
      int bytes = 0;
      var left = waiting.entrySet().iterator();
      while (left.hasNext() && underWay.size() < NAMES_MAX && bytes < NAMES_BYTES_MAX) {
        Map.Entry<CounterName, Wish> next = left.next();
        bytes += next.getKey().length();
        underWay.put(next.getKey(), next.getValue());
        left.remove();
      }
    }

    private void heard(Answer answer) {
      boolean isLate = answer instanceof Answer.NotReached(boolean isRefused) && !isRefused;
      patienceMs = isLate ? Math.min(PATIENCE_MAX_MS, 2 * patienceMs) : Asker.TIMEOUT_MS;
      var asked = new LinkedHashMap<>(underWay);
      underWay.clear();
      isTelling = true;
      try {
        tell(asked, answer);
      } finally {
        isTelling = false;
        isAsking = false;
        List.copyOf(lines.values()).forEach(Line::ask);
      }
    }

    private void tell(Map<CounterName, Wish> asked, Answer answer) {
      if (answer
              instanceof
              Answer.Served(
                  Id actor,
                  Id process,
                  Id stamp,
                  Reply.Body.Shares(List<List<SlotShare>> shares))
          && !shares.isEmpty()) {
        var left = new LinkedHashMap<>(asked);
        int told = 0;
        for (Map.Entry<CounterName, Wish> next : asked.entrySet()) {
          if (told < shares.size()) {
            left.remove(next.getKey());
            var body = new Reply.Body.Shares(List.of(shares.get(told)));
            told++;
            next.getValue().then().accept(new Answer.Served(actor, process, stamp, body));
          }
        }
        askAgain(left);
      } else {
        asked.values().forEach(wish -> wish.then().accept(answer));
      }
    }

    /** Lets names wait whose shares did not fit into the answer: in front of all others. */
    private void askAgain(Map<CounterName, Wish> left) {
      var behind = new LinkedHashMap<>(waiting);
      waiting.clear();
      waiting.putAll(left);
      waiting.putAll(behind);
    }
  }
}
