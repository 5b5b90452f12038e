package dev.holdfast.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Rows that are a rate: how many requests some connections get answered. */
final class ClosedLoad {
  private static final String SERVERS_BUSY = "servers_busy";
  private static final int NOT_FOUND = 404;
  private static final int NOT_FOUND_LOOKED_AT = 20;
  private static final int CHECKS_AFTER = 20;

  private ClosedLoad() {}

  /** Measures GETs of existing files, a second. */
  static Figure gets(Session session, FileSet files, int connections, boolean keepAlive)
      throws IOException, InterruptedException {
    session.prime(files);
    boolean bare = session.candidate() == Candidate.BARE;
    var wrk = Wrk.gets(files, bare ? OriginLimits.CONNECTIONS : connections, keepAlive);
    int perSecond = files.bytes() > 1 << 20 ? 2 : 20;
    Ran ran = run(session, wrk, files, perSecond);
    double good = ran.reports.stream().mapToDouble(WrkReport::goodPerSecond).sum();
    Sample sample = ran.sample;
    for (WrkReport report : ran.reports) {
      if (report.refused() == 0 && report.bytesPerAnswer() < files.bytes()) {
        sample =
            sample.and(new Sample(1, 1, report.bytesPerAnswer() + " bytes an answer, too few"));
      }
    }
    return new Figure(good, ran.details, sample);
  }

  /**
   * Measures GETs on a new connection each, for each second in which a core of the servers was
   * busy. Opening a connection costs the load more than the servers, so the load runs out of its
   * core first.
   */
  static Figure getsOnNewConnections(Session session, FileSet files, int connections)
      throws IOException, InterruptedException {
    Figure figure = gets(session, files, connections, false);
    double busy = ((Number) figure.details().get(SERVERS_BUSY)).doubleValue();
    var details = new LinkedHashMap<>(figure.details());
    details.put("a_second", figure.value());
    int cores = Cores.count(session.plan().cores().servers());
    return new Figure(figure.value() / (busy * cores), details, figure.sample());
  }

  /** Measures GETs of known absent names, a second and a core of the servers. */
  static Figure absent(Session session, int connections) throws IOException, InterruptedException {
    FileSet absent = session.plan().absent();
    boolean bare = session.candidate() == Candidate.BARE;
    if (session.candidate().caches()) {
      Parallel.each(
          absent.targets(),
          session.ground().origins().size() * OriginLimits.CONNECTIONS,
          target -> {
            Client.Answer answer = session.client().get(session.front().url() + target);
            while (answer.status() != NOT_FOUND) {
              answer = session.client().get(session.front().url() + target);
            }
          });
    }
    Ran ran =
        run(
            session,
            Wrk.gets(absent, bare ? OriginLimits.CONNECTIONS : connections, true),
            null,
            0);
    long found = ran.reports.stream().mapToLong(r -> r.requests() - r.refused()).sum();
    Sample sample =
        new Sample(1, found == 0 ? 0 : 1, found == 0 ? "" : found + " answers below 400");
    if (!bare) {
      sample = sample.and(areNotFound(session, absent));
    }
    double refused = ran.reports.stream().mapToDouble(WrkReport::refusedPerSecond).sum();
    int cores = Cores.count(session.plan().cores().servers());
    return new Figure(refused / cores, ran.details, sample);
  }

  /**
   * Checks that the answers are 404. wrk only tells that they were errors, so this asks for some
   * names again after the load.
   */
  private static Sample areNotFound(Session session, FileSet absent)
      throws IOException, InterruptedException {
    var sample = Sample.NONE;
    for (String target :
        absent.targets().subList(0, Math.min(NOT_FOUND_LOOKED_AT, absent.count()))) {
      int status = session.client().get(session.front().url() + target).status();
      boolean right = status == NOT_FOUND;
      sample =
          sample.and(
              new Sample(
                  1, right ? 0 : 1, right ? "" : target + ": status " + status + ", not 404"));
    }
    return sample;
  }

  /** Measures acknowledged PUTs, a second. */
  static Figure puts(Session session, int connections) throws IOException, InterruptedException {
    int each =
        switch (session.candidate()) {
          case BARE -> OriginLimits.IN_FLIGHT;
          case HOLDFAST -> connections;
          default -> OriginLimits.CONNECTIONS * session.ground().origins().size();
        };
    String prefix = "put-" + System.nanoTime() + "-";
    // The warm-up has other names, so that the counted names are new.
    Wrk warmUp = Wrk.puts("warm-" + prefix, Plan.SMALL_BYTES, each);
    Ran ran =
        run(
            session,
            warmUp,
            session.plan().warmUpWritesSeconds(),
            Wrk.puts(prefix, Plan.SMALL_BYTES, each),
            null,
            0);
    double good = ran.reports.stream().mapToDouble(WrkReport::goodPerSecond).sum();
    return new Figure(good, ran.details, written(session, prefix, ran));
  }

  /** Checks that acknowledged files are there. If some PUTs were refused, it is not known which. */
  private static Sample written(Session session, String prefix, Ran ran)
      throws InterruptedException {
    Sample sample = Sample.NONE;
    byte[] body = "x".repeat(Plan.SMALL_BYTES).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    if (ran.reports.stream().allMatch(report -> report.refused() == 0)) {
      Sampler sampler = session.sampler(new FileSet(prefix, 1, body.length));
      for (int i = 2; i <= CHECKS_AFTER; i++) { // wrk makes the first request, and never sends it
        String wrong = sampler.wrong(prefix + "0-" + i, body);
        sample = sample.and(new Sample(1, wrong.isEmpty() ? 0 : 1, wrong));
      }
    }
    return sample;
  }

  private record Ran(List<WrkReport> reports, Sample sample, Map<String, Object> details) {}

  private static Ran run(Session session, Wrk wrk, FileSet checked, int checksPerSecond)
      throws IOException, InterruptedException {
    return run(session, wrk, session.plan().warmUpSeconds(), wrk, checked, checksPerSecond);
  }

  /** Warms up, then loads all addresses of the front at once. */
  private static Ran run(
      Session session,
      Wrk warmUp,
      double warmUpSeconds,
      Wrk wrk,
      FileSet checked,
      int checksPerSecond)
      throws IOException, InterruptedException {
    Plan plan = session.plan();
    if (session.candidate() != Candidate.BARE) {
      start(session, warmUp, warmUpSeconds).getFirst().end();
    }
    // Requests that a load leaves behind still run at the file servers.
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2 * OriginLimits.LATENCY_MS));
    Busy servers = Busy.now(plan.cores().servers());
    Busy load = Busy.now(plan.cores().load());
    List<Wrk.Running> running = start(session, wrk, plan.seconds());
    Sample sample =
        checked == null
            ? Sample.NONE
            : session.sampler(checked).during(running.getFirst().process(), checksPerSecond);
    var reports = new ArrayList<WrkReport>();
    for (Wrk.Running one : running) {
      reports.add(one.end());
    }
    var details = new LinkedHashMap<String, Object>();
    details.put("connections", wrk.connections());
    details.put("refused", reports.stream().mapToLong(WrkReport::refused).sum());
    details.put("unanswered", reports.stream().mapToLong(WrkReport::unanswered).sum());
    details.put("p50_us", reports.getFirst().p50Micros());
    details.put("p99_us", reports.getFirst().p99Micros());
    details.put(SERVERS_BUSY, Busy.now(plan.cores().servers()).shareSince(servers));
    details.put("load_busy", Busy.now(plan.cores().load()).shareSince(load));
    return new Ran(reports, sample, details);
  }

  private static List<Wrk.Running> start(Session session, Wrk wrk, double seconds)
      throws IOException {
    var running = new ArrayList<Wrk.Running>();
    Ground ground = session.ground();
    for (String url : session.front().urls()) {
      running.add(
          wrk.start(ground.children(), session.plan().cores(), ground.directory(), url, seconds));
    }
    return running;
  }
}
