package dev.holdfast.system.watcher;

import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Kind;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import dev.holdfast.watcher.Schedule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares the slots that were due with their rows, with the silences of the agent, and with the
 * requests that the sites have seen. These must hold:
 *
 * <ul>
 *   <li>A slot that is owed has one row, or lies in one silence.
 *   <li>A row of a slot lies on a slot of its endpoint. A slot that nobody checked has a cause.
 *   <li>A silence says the right number of slots.
 *   <li>Each request belongs to a row of its own, whose due time is not after it. Each row with an
 *       answer has a request.
 * </ul>
 *
 * @param endpoints the endpoints with their slots
 * @param owed the times whose slots and requests are owed
 * @param checkers how many agents check each slot
 */
record SlotAccount(Map<String, Schedule> endpoints, List<Span> owed, int checkers) {
  /** The clocks of the farm and of the agent are read one after the other. */
  private static final long APART_MS = 5;

  /** A time, without its begin and with its end, in ms since the epoch. */
  record Span(long afterMs, long untilMs) {
    boolean has(long epochMs) {
      return epochMs > afterMs && epochMs <= untilMs;
    }
  }

  /**
   * A row.
   *
   * @param isAnswered true if the site gave a status
   */
  record Row(
      String endpoint, long dueMs, Kind kind, Outcome outcome, Reason reason, boolean isAnswered) {
    /** Returns true if a check was made. */
    boolean isMade() {
      return outcome != Outcome.MISSED;
    }

    @Override
    public String toString() {
      return endpoint + " at " + dueMs + " " + kind + ": " + outcome + " " + reason;
    }
  }

  /** A silence of the agent, in which so many slots were due. */
  record Silence(Span span, long slots, Reason reason) {}

  /** A request, and when the site had read it, in ms since the epoch. */
  record Request(String endpoint, long askedMs) {}

  /** The rows, the silences and the requests that were found. */
  record Found(List<Row> rows, List<Silence> silences, List<Request> requests) {
    Found {
      rows = List.copyOf(rows);
      silences = List.copyOf(silences);
      requests = List.copyOf(requests);
    }
  }

  /**
   * The differences, one line each.
   *
   * @param missing what may come still, such as rows that wait for the database
   * @param wrong what no time mends
   */
  record Differences(Set<String> missing, Set<String> wrong) {}

  SlotAccount {
    endpoints = Map.copyOf(endpoints);
    owed = List.copyOf(owed);
  }

  /** Returns the slots of endpoints with an interval. */
  static Map<String, Schedule> schedules(Iterable<String> ids, int intervalMs) {
    var schedules = new HashMap<String, Schedule>();
    ids.forEach(id -> schedules.put(id, Schedule.of(new EndpointId(id), intervalMs)));
    return schedules;
  }

  /** Returns all differences. */
  Differences compare(Found found) {
    var differences = new Differences(new LinkedHashSet<>(), new LinkedHashSet<>());
    for (String endpoint : endpoints.keySet()) {
      List<Row> rows = found.rows.stream().filter(row -> row.endpoint.equals(endpoint)).toList();
      slots(endpoint, rows, found.silences, differences);
      requests(
          rows,
          found.requests.stream()
              .filter(request -> request.endpoint.equals(endpoint))
              .sorted((a, b) -> Long.compare(a.askedMs, b.askedMs))
              .toList(),
          differences);
    }
    found.rows.forEach(row -> judge(row, differences.wrong));
    found.silences.forEach(silence -> judge(silence, differences.wrong));
    return differences;
  }

  private void slots(
      String endpoint, List<Row> rows, List<Silence> silences, Differences differences) {
    var ends = new HashMap<Long, Integer>();
    for (Row row : rows) {
      if (row.kind == Kind.SLOT) {
        ends.merge(row.dueMs, 1, Integer::sum);
      }
    }
    for (Silence silence : silences) {
      for (long dueMs : slotsOf(endpoint, silence.span)) {
        ends.merge(dueMs, 1, Integer::sum);
      }
    }
    ends.forEach(
        (dueMs, times) -> {
          if (times > 1) {
            differences.wrong.add(endpoint + " at " + dueMs + " is there " + times + " times");
          }
        });
    for (Span span : owed) {
      for (long dueMs : slotsOf(endpoint, span)) {
        if (!ends.containsKey(dueMs)) {
          differences.missing.add(endpoint + " at " + dueMs + " has no row");
        }
      }
    }
  }

  private List<Long> slotsOf(String endpoint, Span span) {
    Schedule schedule = endpoints.get(endpoint);
    var slots = new ArrayList<Long>();
    for (long dueMs = schedule.dueAtOrAfter(span.afterMs + 1);
        dueMs <= span.untilMs;
        dueMs += schedule.intervalMs()) {
      slots.add(dueMs);
    }
    return slots;
  }

  private void requests(List<Row> rows, List<Request> requests, Differences differences) {
    for (Span span : owed) {
      List<Request> asked = requests.stream().filter(one -> span.has(one.askedMs)).toList();
      long taken = 0;
      for (Request request : asked) {
        long made =
            rows.stream()
                .filter(row -> row.isMade() && row.dueMs <= request.askedMs + APART_MS)
                .filter(row -> row.dueMs > span.afterMs - intervalMs(request))
                .count();
        if (made * checkers > taken) {
          taken++;
        } else {
          differences.missing.add(request + " belongs to no row");
        }
      }
    }
    long answered = rows.stream().filter(Row::isAnswered).count();
    if (requests.size() < answered) {
      differences.missing.add(
          answered + " answers of " + rows.getFirst().endpoint + ", requests " + requests.size());
    }
  }

  private int intervalMs(Request request) {
    return endpoints.get(request.endpoint).intervalMs();
  }

  private void judge(Row row, Set<String> wrong) {
    Schedule schedule = endpoints.get(row.endpoint);
    if (schedule == null) {
      wrong.add(row + " is of an endpoint that is not there");
    } else if (row.kind == Kind.SLOT && !schedule.isDue(row.dueMs)) {
      wrong.add(row + " is no slot");
    }
    if (!row.isMade() && row.reason == Reason.NONE) {
      wrong.add(row + " has no cause");
    }
    if (!row.isMade() && row.isAnswered) {
      wrong.add(row + " has an answer");
    }
  }

  private void judge(Silence silence, Set<String> wrong) {
    long slots =
        endpoints.keySet().stream().mapToLong(id -> slotsOf(id, silence.span).size()).sum();
    if (silence.slots != slots) {
      wrong.add(silence + " has " + slots + " slots");
    }
    if (silence.reason == Reason.NONE) {
      wrong.add(silence + " has no cause");
    }
  }
}
