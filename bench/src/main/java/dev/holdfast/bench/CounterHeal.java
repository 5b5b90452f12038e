package dev.holdfast.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.bench.CounterRow.Measured;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.DoubleAccumulator;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The row of actors that are cut in halves. Meanwhile each half adds 1 to every name. After the
 * heal every name is 2.
 */
final class CounterHeal {
  private static final int NAMES = 10_000;
  private static final int BATCH = 500;
  private static final int PAGE = 1_000;
  private static final String PREFIX = "heal";
  private static final String OF_ONE_HALF = "1";
  private static final String OF_BOTH = "2";
  private static final double CONSISTENT_SECONDS_MAX = 2;
  private static final double VALUES_SECONDS_MAX = 3;

  /** Asking must cost the actors little: they share the cores with this process. */
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final CounterCuts cuts;
  private final double cutSeconds;
  private final DoubleAccumulator consistent = new DoubleAccumulator(Math::max, 0);
  private final DoubleAccumulator equal = new DoubleAccumulator(Math::max, 0);

  /**
   * @param cuts the proxies of the actors of the configuration
   * @param cutSeconds how long the cut lasts
   */
  CounterHeal(CounterCuts cuts, double cutSeconds) {
    this.cuts = cuts;
    this.cutSeconds = cutSeconds;
  }

  /** Returns the row, to be measured once. */
  CounterRow row() {
    return new CounterRow(
        "heal",
        "after a cut in halves of %s s, with %s names changed on both sides: consistent reads right,"
                .formatted(CounterRows.count(cutSeconds), CounterRows.count(NAMES))
            + " values equal, at all",
        "≤ 2 s, ≤ 3 s",
        this::measure);
  }

  private Measured measure(CounterActors actors) throws IOException, InterruptedException {
    cuts.cut();
    countOnBothSides();
    requireCut(cuts.firstHalf().getFirst());
    requireCut(cuts.secondHalf().getFirst());
    cuts.heal();
    long begun = System.nanoTime();
    var checks = new ArrayList<Parallel.Work<Long>>();
    for (int number : actors.numbers()) {
      checks.add(since -> readRight(number, since));
      checks.add(since -> knowAll(number, since));
    }
    Parallel.each(checks, checks.size(), check -> check.with(begun));
    return new Measured(
        "%s s, %s s"
            .formatted(
                CounterFullRows.seconds(consistent.get()), CounterFullRows.seconds(equal.get())),
        consistent.get() <= CONSISTENT_SECONDS_MAX && equal.get() <= VALUES_SECONDS_MAX);
  }

  private static String name(int i) {
    return PREFIX + i;
  }

  /** Spreads the changes over the time of the cut, and over the actors of each half. */
  private void countOnBothSides() throws IOException, InterruptedException {
    long begun = System.nanoTime();
    int batches = NAMES / BATCH;
    Parallel.each(
        List.of(cuts.firstHalf(), cuts.secondHalf()),
        2,
        half -> {
          for (int i = 0; i < batches; i++) {
            count(half.get(i % half.size()), i * BATCH);
            double due = cutSeconds * (i + 1) / batches;
            CounterFullRows.pause(due - CounterActors.secondsSince(begun));
          }
        });
  }

  private static void count(int number, int first) throws IOException {
    String amounts =
        IntStream.range(first, first + BATCH)
            .mapToObj(i -> '"' + name(i) + "\": 1")
            .collect(Collectors.joining(", ", "{", "}"));
    try (var connection = new PlainHttp(CounterActors.address(number))) {
      PlainHttp.Answer answer = connection.post("/counters", amounts);
      if (answer.status() != 200) {
        throw new IOException("POST /counters: " + answer);
      }
    }
  }

  private static void requireCut(int number) throws IOException {
    try (var connection = new PlainHttp(CounterActors.address(number))) {
      String value = value(connection, name(0));
      if (!value.equals(OF_ONE_HALF)) {
        throw new IOException("the actors were not cut: %s is %s".formatted(name(0), value));
      }
    }
  }

  private static String value(PlainHttp connection, String name) throws IOException {
    return connection.get("/counter/" + name + "/value").body().strip();
  }

  /** Reads consistently until that is answered, and notes when it was. */
  private void readRight(int number, long begun) throws IOException {
    String path = "/counter/" + name(number * BATCH % NAMES) + "/consistent_value";
    try (var connection = new PlainHttp(CounterActors.address(number))) {
      CounterActors.await(
          () -> {
            PlainHttp.Answer answer = connection.get(path);
            if (answer.status() == 200 && !answer.body().strip().equals(OF_BOTH)) {
              throw new IOException("WRONG: %s is answered %s".formatted(path, answer.body()));
            }
            return answer.status() == 200;
          });
    }
    consistent.accumulate(CounterActors.secondsSince(begun));
  }

  /**
   * Looks at all names until each is right, and notes when that is. Single names are asked for
   * first, one of each batch: a page costs an actor as much as some hundred of them.
   */
  private void knowAll(int number, long begun) throws IOException {
    try (var connection = new PlainHttp(CounterActors.address(number))) {
      for (int i = BATCH - 1; i < NAMES; i += BATCH) {
        awaitRight(connection, name(i));
      }
      CounterActors.await(
          () -> {
            boolean isAll = awaitRight(connection) == NAMES;
            if (!isAll) { // an actor may not have heard of some names yet
              LockSupport.parkNanos(POLL_NANOS);
            }
            return isAll;
          });
    }
    equal.accumulate(CounterActors.secondsSince(begun));
  }

  /** Waits until each name that an actor knows is right, page by page. Returns how many are. */
  private static int awaitRight(PlainHttp connection) throws IOException {
    String after = "";
    int right = 0;
    for (JsonNode page = page(connection, after); !page.isEmpty(); page = page(connection, after)) {
      for (var counter : page.properties()) {
        if (!counter.getValue().asText().equals(OF_BOTH)) {
          awaitRight(connection, counter.getKey());
          break; // those behind it may be right by now
        }
        after = counter.getKey();
        right++;
      }
    }
    return right;
  }

  private static JsonNode page(PlainHttp connection, String after) throws IOException {
    PlainHttp.Answer answer =
        connection.get(
            "/counters?prefix=%s&limit=%d%s"
                .formatted(PREFIX, PAGE, after.isEmpty() ? "" : "&after=" + after));
    if (answer.status() != 200) {
      throw new IOException("GET /counters: " + answer);
    }
    return JSON.readTree(answer.body()).path("counters");
  }

  private static void awaitRight(PlainHttp connection, String name) throws IOException {
    CounterActors.await(
        () -> {
          boolean isRight = value(connection, name).equals(OF_BOTH);
          if (!isRight) {
            LockSupport.parkNanos(POLL_NANOS);
          }
          return isRight;
        });
  }
}
