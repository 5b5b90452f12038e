package dev.holdfast.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Rows that count wrong answers: GETs after an acknowledged write that do not return that write.
 */
final class AfterWrites {
  private static final int CREATED = 201;
  private static final int AT_ONCE = 5;

  /** How long before its PUT the first GET of a race is sent; the last is sent as long after. */
  private static final long RACE_MS = 300;

  private AfterWrites() {}

  /** Names that have been read are written, and read again. */
  static Figure reads(Session session) throws IOException, InterruptedException {
    FileSet files = session.plan().rewritten();
    session.prime(files);
    Sampler sampler = session.sampler(files);
    List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    Parallel.each(
        files.names(),
        AT_ONCE,
        name -> {
          write(session, files, name);
          wrong.add(sampler.wrong(name, files.body(name, 2)));
        });
    return figure(files, wrong);
  }

  /** Does the same with names that nobody has read, and with a GET under way during the PUT. */
  static Figure races(Session session) throws IOException, InterruptedException {
    FileSet files = session.plan().raced();
    Sampler sampler = session.sampler(files);
    List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    Parallel.each(
        IntStream.range(0, files.count()).boxed().toList(),
        AT_ONCE,
        i -> {
          String name = files.name(i);
          long getAfterMs = -RACE_MS + 2 * RACE_MS * i / files.count();
          var get = Thread.ofVirtual().start(() -> get(session, name, Math.max(0, getAfterMs)));
          pause(Math.max(0, -getAfterMs));
          write(session, files, name);
          get.join();
          wrong.add(sampler.wrong(name, files.body(name, 2)));
        });
    return figure(files, wrong);
  }

  private static void write(Session session, FileSet files, String name)
      throws IOException, InterruptedException {
    String url = session.front().url() + FileSet.PATH + name;
    int status = session.client().put(url, files.body(name, 2)).status();
    if (status != CREATED) {
      throw new IOException("PUT " + name + ": status " + status);
    }
  }

  /** Sends a GET that may return either version. Only later GETs have to return the new one. */
  private static void get(Session session, String name, long afterMs) {
    pause(afterMs);
    session
        .client()
        .getAsync(session.front().url() + FileSet.PATH + name)
        .exceptionally(_ -> null)
        .join();
  }

  private static void pause(long millis) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static Figure figure(FileSet files, List<String> wrong) {
    wrong.removeIf(String::isEmpty);
    return new Figure(
        wrong.size(),
        Map.of("written", files.count(), "first", wrong.isEmpty() ? "" : wrong.getFirst()),
        Sample.NONE);
  }
}
