package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A row about a large PUT: how fast it is acknowledged, beside a plain write to the same disk. */
final class LargePut {
  private static final long BYTES = 200L * 1024 * 1024;
  private static final int CHUNK_BYTES = 1 << 20;

  private LargePut() {}

  /**
   * Returns the time of dd with a force, divided by the time of the PUT: 1 if both take as long.
   */
  static Figure run(Session session) throws IOException, InterruptedException {
    Ground ground = session.ground();
    Path file = ground.directory().resolve("large.bin");
    var random = new java.util.Random(1);
    try (var out = Files.newOutputStream(file)) {
      var chunk = new byte[CHUNK_BYTES];
      for (long at = 0; at < BYTES; at += CHUNK_BYTES) {
        random.nextBytes(chunk);
        out.write(chunk);
      }
    }
    Children children = ground.children();
    Path directory = ground.directory();
    String url = session.front().url() + FileSet.PATH + "large-" + System.nanoTime();
    String load = session.plan().cores().load();
    children.run(load, directory, List.of("sync"));
    long started = System.nanoTime();
    Path copy = directory.resolve("large.copy");
    children.run(
        session.plan().cores().servers(),
        directory,
        List.of("dd", "if=" + file, "of=" + copy, "bs=1M", "conv=fsync"));
    double ddSeconds = secondsSince(started);
    children.run(load, directory, List.of("sync"));
    started = System.nanoTime();
    children.run(
        load,
        directory,
        List.of("curl", "-sS", "-f", "-H", "Expect:", "-o", "put.out", "-T", file.toString(), url));
    double putSeconds = secondsSince(started);
    Sample sample = compare(session, file, url);
    Files.delete(copy);
    Files.delete(file);
    return new Figure(
        ddSeconds / putSeconds, Map.of("dd_s", ddSeconds, "put_s", putSeconds), sample);
  }

  private static Sample compare(Session session, Path file, String url)
      throws IOException, InterruptedException {
    Path back = session.ground().directory().resolve("large.back");
    session
        .ground()
        .children()
        .run(
            session.plan().cores().load(),
            session.ground().directory(),
            List.of("curl", "-sS", "-f", "-o", back.toString(), url));
    long wrongAt = Files.mismatch(file, back);
    Files.delete(back);
    return new Sample(1, wrongAt < 0 ? 0 : 1, wrongAt < 0 ? "" : "wrong from byte " + wrongAt);
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
