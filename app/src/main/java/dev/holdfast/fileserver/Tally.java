package dev.holdfast.fileserver;

import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.io.Connection;

/**
 * Counts requests, connections, and breaches of the rules for a front.
 *
 * <p>Threading: all state is guarded by lock.
 */
final class Tally implements Connection.Listener {
  /** The connections that the rules of the challenge allow to one file server. */
  private static final int ALLOWED = 10;

  /** The most names whose GETs are counted. GETs of further names are in the totals alone. */
  private static final int NAMES_MAX = 100_000;

  private final Object lock = new Object();
  private final Map<String, Long> requests = new HashMap<>();
  private final Map<String, Integer> getsByName = new HashMap<>();
  private final Map<String, Integer> inProgressByName = new HashMap<>();
  private long refused;
  private int inProgress;
  private int inProgressMax;
  private long aboveTen;
  private long overlaps;
  private long chunkedUploads;
  private int connections;
  private int connectionsMax;

  /** Counts a request that has come in. It is in progress until {@link #left}. */
  void arrived(Route route, boolean chunked) {
    synchronized (lock) {
      inProgress++;
      inProgressMax = Math.max(inProgressMax, inProgress);
      if (inProgress > ALLOWED) {
        aboveTen++;
      }
      if (route instanceof Route.File(Verb verb, String name)) {
        requests.merge(verb.name(), 1L, Long::sum);
        countFile(verb, name, chunked);
      } else {
        requests.merge("other", 1L, Long::sum);
      }
    }
  }

  /** Counts a request as done. */
  void left(Route route) {
    synchronized (lock) {
      inProgress--;
      if (route instanceof Route.File(Verb verb, String name)) {
        inProgressByName.computeIfPresent(name, (key, count) -> count == 1 ? null : count - 1);
      }
    }
  }

  void refused() {
    synchronized (lock) {
      refused++;
    }
  }

  int gets(String name) {
    synchronized (lock) {
      return getsByName.getOrDefault(name, 0);
    }
  }

  Counts snapshot() {
    synchronized (lock) {
      return new Counts(
          requests,
          refused,
          inProgress,
          inProgressMax,
          aboveTen,
          overlaps,
          chunkedUploads,
          connectionsMax);
    }
  }

  @Override
  public void onOpened(Connection connection) {
    synchronized (lock) {
      connections++;
      connectionsMax = Math.max(connectionsMax, connections);
    }
  }

  @Override
  public void onClosed(Connection connection) {
    synchronized (lock) {
      connections--;
    }
  }

  private void countFile(Verb verb, String name, boolean chunked) {
    synchronized (lock) {
      if (inProgressByName.merge(name, 1, Integer::sum) > 1) {
        overlaps++;
      }
      if (verb == Verb.PUT && chunked) {
        chunkedUploads++;
      }
      if (verb == Verb.GET && (getsByName.size() < NAMES_MAX || getsByName.containsKey(name))) {
        getsByName.merge(name, 1, Integer::sum);
      }
    }
  }
}
