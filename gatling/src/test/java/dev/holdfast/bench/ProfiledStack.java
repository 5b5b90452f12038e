package dev.holdfast.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stack that is being profiled.
 *
 * <p>Threading: of one thread.
 */
final class ProfiledStack implements AutoCloseable {
  private static final double MICROS_A_MS = 1e3;

  private final Variant variant;
  private final Session session;
  private final HoldfastStack stack;
  private int asked;
  private String latency = "";

  ProfiledStack(Variant variant, Session session, HoldfastStack stack) {
    this.variant = variant;
    this.session = session;
    this.stack = stack;
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

  Plan plan() {
    return session.plan();
  }

  /** Loads it; how many requests were answered, each with success. */
  long done(Wrk wrk, double seconds) throws IOException, InterruptedException {
    WrkReport report = run(wrk, seconds);
    if (report.refused() > 0) {
      throw new IOException("some were refused: " + report);
    }
    return report.requests();
  }

  /** Loads it with requests of which each has to be refused. */
  long refused(Wrk wrk, double seconds) throws IOException, InterruptedException {
    WrkReport report = run(wrk, seconds);
    if (report.refused() != report.requests()) {
      throw new IOException("not all were refused: " + report);
    }
    return report.requests();
  }

  private WrkReport run(Wrk wrk, double seconds) throws IOException, InterruptedException {
    Ground ground = session.ground();
    WrkReport report =
        wrk.start(
                ground.children(),
                plan().cores(),
                ground.directory(),
                session.front().url(),
                seconds)
            .end();
    if (report.unanswered() > 0) {
      throw new IOException("not all were answered: " + report);
    }
    latency =
        String.format(
            Locale.ROOT,
            ", p50 %.1f, p99 %.1f ms",
            report.p50Micros() / MICROS_A_MS,
            report.p99Micros() / MICROS_A_MS);
    return report;
  }

  /** What the requests since the last call have taken; empty if there were none. */
  String takeLatency() {
    String taken = latency;
    latency = "";
    return taken;
  }

  /** The first of so many names that nobody has asked for. */
  int firstLeft(int names) throws IOException {
    if (asked >= names - OriginLimits.CONNECTIONS) {
      throw new IOException("all " + names + " names have been asked for: fewer seconds, please");
    }
    return asked;
  }

  /** Like {@link #done}, for targets that are asked for once, in their order. */
  long doneFirst(Wrk wrk, double seconds) throws IOException, InterruptedException {
    long done = done(wrk, seconds);
    // wrk makes one that it does not send, and does not count those under way at its end.
    int used = (int) done + wrk.connections() + 1;
    if (used > wrk.lines().size()) {
      throw new IOException("some names were asked for twice: fewer seconds, please");
    }
    asked += used;
    return done;
  }

  /** The sum of a meter of all sidecars, over all its labels. */
  double metric(String name) throws IOException, InterruptedException {
    Pattern line = Pattern.compile("(?m)^" + name + "(?:\\{[^}]*\\})? (\\S+)$");
    double sum = 0;
    for (String url : stack.sidecarUrls()) {
      byte[] text = session.client().get(url + "/metrics").body();
      Matcher matcher = line.matcher(new String(text, StandardCharsets.UTF_8));
      while (matcher.find()) {
        sum += Double.parseDouble(matcher.group(1));
      }
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
