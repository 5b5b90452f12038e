package dev.holdfast.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stack that is being profiled.
 *
 * <p>Threading: of one thread.
 */
final class ProfiledStack implements AutoCloseable {
  private final Variant variant;
  private final Session session;
  private final HoldfastStack stack;
  private final int connections;
  private final int bodyBytes;
  private final FirstNames firstNames;
  private final Map<String, Long> written = new HashMap<>();
  private WrkReport report;

  /**
   * @param bodyBytes the length of the bodies of PUTs
   * @param loadSeconds the duration of all its loads together
   */
  ProfiledStack(
      Variant variant,
      Session session,
      HoldfastStack stack,
      int connections,
      int bodyBytes,
      double loadSeconds) {
    this.variant = variant;
    this.session = session;
    this.stack = stack;
    this.connections = connections;
    this.bodyBytes = bodyBytes;
    this.firstNames = FirstNames.lasting(loadSeconds);
  }

  Variant variant() {
    return variant;
  }

  Session session() {
    return session;
  }

  HoldfastStack stack() {
    return stack;
  }

  /** Returns the connections of the load. Each has one request at a time. */
  int connections() {
    return connections;
  }

  Plan plan() {
    return session.plan();
  }

  /**
   * Returns the report of the load that ended last, or empty if none has ended since the last call.
   */
  Optional<WrkReport> takeReport() {
    Optional<WrkReport> taken = Optional.ofNullable(report);
    report = null;
    return taken;
  }

  /** Loads the stack. Returns how many requests were answered, and requires that all succeeded. */
  long done(Wrk wrk, double seconds) throws IOException, InterruptedException {
    WrkReport report = run(wrk, seconds);
    if (report.refused() > 0) {
      throw new IOException("some were refused: " + report);
    }
    return report.requests();
  }

  /** Loads the stack with requests, and requires that each is refused. */
  long refused(Wrk wrk, double seconds) throws IOException, InterruptedException {
    WrkReport report = run(wrk, seconds);
    if (report.refused() != report.requests()) {
      throw new IOException("not all were refused: " + report);
    }
    return report.requests();
  }

  /**
   * Runs wrk with one thread. Several would all ask for the same targets, beginning with the first.
   */
  private WrkReport run(Wrk wrk, double seconds) throws IOException, InterruptedException {
    Ground ground = session.ground();
    Cores cores = plan().cores();
    String one = Integer.toString(Cores.indexes(cores.load()).getFirst());
    report =
        wrk.start(
                ground.children(),
                new Cores(cores.servers(), one, cores.fileServers()),
                ground.directory(),
                session.front().url(),
                seconds)
            .end();
    if (report.unanswered() > 0) {
      throw new IOException("not all were answered: " + report);
    }
    return report;
  }

  /** Returns a load of PUTs of names that begin like this. */
  Wrk puts(String prefix) {
    return Wrk.puts(prefix, bodyBytes, connections);
  }

  /** PUTs new files. */
  long put(String prefix, double seconds) throws IOException, InterruptedException {
    long done = done(puts(prefix), seconds);
    written.merge(prefix, done, Math::max);
    return done;
  }

  /** Loads it with writes of files that {@link #put} has written. */
  long doneWritten(Wrk wrk, String prefix, double seconds)
      throws IOException, InterruptedException {
    long done = done(wrk, seconds);
    if (done > written.get(prefix)) {
      throw new EndedEarlyException(
          "%,d files were written, and %,d asked for: a longer --warm-up, please"
              .formatted(written.get(prefix), done));
    }
    return done;
  }

  /** Loads it with GETs of names that nobody has asked for yet. */
  long doneFirst(int atOnce, double seconds) throws IOException, InterruptedException {
    long done = done(new Wrk("GET", atOnce, true, firstNames.targets()), seconds);
    // wrk makes one request that it does not send, and does not count those under way at its end.
    firstNames.used((int) done + atOnce + 1);
    return done;
  }

  /** Returns the sum of a meter of all sidecars, over all its labels. */
  double metric(String name) throws IOException, InterruptedException {
    Pattern line = Pattern.compile("(?m)^" + name + "(?:\\{[^}]*\\})? (\\S+)$");
    double sum = 0;
    int found = 0;
    for (String url : stack.sidecarUrls()) {
      byte[] text = session.client().get(url + "/metrics").body();
      Matcher matcher = line.matcher(new String(text, StandardCharsets.UTF_8));
      for (; matcher.find(); found++) {
        sum += Double.parseDouble(matcher.group(1));
      }
    }
    if (found == 0) {
      throw new IOException("no sidecar has a meter " + name);
    }
    return sum;
  }

  @Override
  public void close() {
    session.front().processes().forEach(session.ground().children()::stop);
    session.ground().stopOrigins();
    session.client().close();
  }
}
