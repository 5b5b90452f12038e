package dev.holdfast.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Rows that are a time: the 99th percentile of latencies. */
final class Latency {
  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final int CHECKS_AFTER = 20;

  private Latency() {}

  /** Measures GETs of existing files at a constant rate: the 99th percentile of the first byte. */
  static Figure gets(Session session, FileSet files, double perSecond)
      throws IOException, InterruptedException {
    session.prime(files);
    int timed = (int) (perSecond * session.plan().seconds());
    return OpenLoad.run(
        perSecond,
        (int) perSecond,
        timed,
        i -> session.client().getAsync(session.front().url() + target(files, i)),
        (i, answer) ->
            answer.status() == OK
                    && Arrays.equals(answer.body(), files.body(files.name(i % files.count()), 1))
                ? ""
                : "GET " + i + ": status " + answer.status() + ", or wrong bytes");
  }

  private static String target(FileSet files, int i) {
    return FileSet.PATH + files.name(i % files.count());
  }

  /** Measures PUTs of new names at a constant rate: the 99th percentile of the acknowledgement. */
  static Figure puts(Session session, double perSecond) throws InterruptedException {
    int timed = (int) (perSecond * session.plan().seconds());
    var files =
        new FileSet(
            "open-" + System.nanoTime() + "-", timed + 2 * (int) perSecond, Plan.SMALL_BYTES);
    Figure figure =
        OpenLoad.run(
            perSecond,
            2 * (int) perSecond,
            timed,
            i ->
                session
                    .client()
                    .putAsync(
                        session.front().url() + target(files, i), files.body(files.name(i), 1)),
            (i, answer) ->
                answer.status() == CREATED ? "" : "PUT " + i + ": status " + answer.status());
    Sample readBack = session.sampler(files).take(CHECKS_AFTER);
    return new Figure(figure.value(), figure.details(), figure.sample().and(readBack));
  }

  /** Measures first GETs of names, some at once: the 99th percentile. */
  static Figure firstGets(Session session, int atOnce) throws IOException, InterruptedException {
    session.prime(session.plan().warming());
    FileSet files = session.plan().fresh(atOnce);
    List<Double> millis = Collections.synchronizedList(new ArrayList<>());
    List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    List<String> warmUp = files.names().subList(0, atOnce);
    List<String> timed = files.names().subList(atOnce, files.count());
    Parallel.each(warmUp, atOnce, name -> wrong.add(firstGet(session, files, name, null)));
    Parallel.each(timed, atOnce, name -> wrong.add(firstGet(session, files, name, millis)));
    wrong.removeIf(String::isEmpty);
    var sample = new Sample(files.count(), wrong.size(), wrong.isEmpty() ? "" : wrong.getFirst());
    return OpenLoad.figure(millis, sample);
  }

  private static String firstGet(Session session, FileSet files, String name, List<Double> millis)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    Client.Answer answer = session.client().get(session.front().url() + FileSet.PATH + name);
    if (millis != null) {
      millis.add((answer.endNanos() - start) / 1e6);
    }
    return answer.status() == OK && Arrays.equals(answer.body(), files.body(name, 1))
        ? ""
        : name + ": status " + answer.status() + ", or wrong bytes";
  }
}
