package dev.holdfast.bench;

import static dev.holdfast.bench.Candidate.BARE;
import static dev.holdfast.bench.Candidate.HOLDFAST;
import static dev.holdfast.bench.Candidate.PLAIN;
import static dev.holdfast.bench.Candidate.PROXY_CACHE;
import static dev.holdfast.bench.Candidate.VARNISH;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The rows of the table, in the order in which they are measured. */
final class Rows {
  private static final int CONNECTIONS = 64;
  private static final int LARGE_CONNECTIONS = 16;

  private static final Set<Candidate> ALL = EnumSet.allOf(Candidate.class);
  private static final Set<Candidate> ONES_THAT_WRITE =
      EnumSet.of(BARE, PROXY_CACHE, VARNISH, HOLDFAST);
  private static final Set<Candidate> HOLDFAST_ALONE = EnumSet.of(HOLDFAST);

  private static final List<Target> READS =
      List.of(
          new Target.Times(1.3, PLAIN),
          new Target.Times(1.2, VARNISH),
          new Target.Times(1.2, PROXY_CACHE));
  private static final List<Target> READS_ON_NEW_CONNECTIONS =
      List.of(
          new Target.Times(0.95, PLAIN),
          new Target.Times(1.3, VARNISH),
          new Target.Times(1.2, PROXY_CACHE));
  private static final List<Target> FIRST_BYTE = List.of(new Target.Most(10));

  private Rows() {}

  static List<Row> of(Plan plan) {
    var rows = new ArrayList<Row>();
    rows.add(
        new Row(
            "memory-idle",
            "memory of nginx and the sidecars, just started",
            "MB",
            Setting.STANDARD,
            HOLDFAST_ALONE,
            List.of(new Target.Most(600)),
            session -> Memory.of(session.front().processes())));
    reads(rows, plan);
    writes(rows);
    firstReads(rows, plan);
    starts(rows, plan);
    return rows;
  }

  private static void reads(List<Row> rows, Plan plan) {
    rows.add(
        rate(
            "get-1k",
            "GET, published, 1 KB, keep-alive",
            ALL,
            READS,
            s -> ClosedLoad.gets(s, plan.small(), CONNECTIONS, true)));
    rows.add(
        new Row(
            "get-1k-close",
            "GET, published, 1 KB, one request a connection; for each second that the core was busy",
            "requests/s",
            Setting.STANDARD,
            EnumSet.complementOf(EnumSet.of(BARE)),
            READS_ON_NEW_CONNECTIONS,
            s -> ClosedLoad.getsOnNewConnections(s, plan.small(), CONNECTIONS)));
    rows.add(
        rate(
            "get-64k",
            "GET, published, 64 KB",
            ALL,
            List.of(new Target.Times(1, PLAIN), new Target.Times(1.1, VARNISH)),
            s -> ClosedLoad.gets(s, plan.medium(), CONNECTIONS, true)));
    rows.add(
        rate(
            "get-10m",
            "GET, published, 10 MB",
            ALL,
            List.of(new Target.Times(1.5, PLAIN), new Target.Times(1, VARNISH)),
            s -> ClosedLoad.gets(s, plan.large(), LARGE_CONNECTIONS, true)));
    rows.add(
        rate(
            "get-odd",
            "GET, published, 1 KB, a name that is not plain",
            ALL,
            List.of(new Target.Times(0.25, PLAIN)),
            s -> ClosedLoad.gets(s, plan.odd(), CONNECTIONS, true)));
    rows.add(
        new Row(
            "get-spelled",
            "GET, published, 1 KB, a name that the sidecar has to tell nginx",
            "requests/s",
            Setting.STANDARD,
            EnumSet.of(HOLDFAST, PLAIN),
            List.of(new Target.Times(0.4, PLAIN)),
            s -> ClosedLoad.gets(s, plan.spelled(), CONNECTIONS, true)));
    rows.add(
        new Row(
            "first-byte-odd",
            "GET, a name that is not plain, 100/s: first byte, p99",
            "ms",
            Setting.STANDARD,
            HOLDFAST_ALONE,
            FIRST_BYTE,
            s -> Latency.gets(s, plan.odd(), 100)));
    rows.add(
        rate(
            "get-absent",
            "GET, known absent, a core",
            ALL,
            List.of(new Target.Times(0.5, PLAIN)),
            s -> ClosedLoad.absent(s, CONNECTIONS)));
    rows.add(
        new Row(
            "get-cold",
            "GET, a cold file, 1 KB",
            "requests/s",
            Setting.COLD,
            EnumSet.of(HOLDFAST, PLAIN),
            List.of(new Target.Times(0.6, PLAIN)),
            s -> ClosedLoad.gets(s, plan.small(), CONNECTIONS, true)));
    rows.add(
        new Row(
            "first-byte-cold",
            "GET, a cold file, 100/s: first byte, p99",
            "ms",
            Setting.COLD,
            HOLDFAST_ALONE,
            FIRST_BYTE,
            s -> Latency.gets(s, plan.small(), 100)));
  }

  private static void writes(List<Row> rows) {
    rows.add(
        new Row(
            "put-500",
            "PUT, 1 KB, 500/s: acknowledged, p99",
            "ms",
            Setting.STANDARD,
            HOLDFAST_ALONE,
            List.of(new Target.Most(100)),
            s -> Latency.puts(s, 500)));
    rows.add(
        rate(
            "put-1k",
            "PUT, 1 KB, acknowledged",
            ONES_THAT_WRITE,
            List.of(new Target.Times(15, BARE)),
            s -> ClosedLoad.puts(s, CONNECTIONS)));
    rows.add(
        new Row(
            "memory-load",
            "memory of nginx and the sidecars, after these loads",
            "MB",
            Setting.STANDARD,
            HOLDFAST_ALONE,
            List.of(new Target.Most(1500)),
            s -> Memory.of(s.front().processes())));
  }

  private static void firstReads(List<Row> rows, Plan plan) {
    for (int atOnce : plan.quick() ? List.of(1, 10) : List.of(1, 2, 5, 10)) {
      rows.add(
          new Row(
              "first-get-" + atOnce,
              "GET, first of a name, " + atOnce + " at once at a file server: p99",
              "ms",
              Setting.ONE_PAIR,
              ONES_THAT_WRITE,
              List.of(new Target.Most(OriginLimits.LATENCY_MS + 15)),
              s -> Latency.firstGets(s, atOnce)));
    }
    rows.add(
        new Row(
            "wrong-after-put",
            "GETs of cached files after a PUT that are not of that PUT",
            "wrong of " + plan.rewritten().count(),
            Setting.ONE_PAIR,
            ONES_THAT_WRITE,
            List.of(new Target.Most(0)),
            AfterWrites::reads));
    rows.add(
        new Row(
            "wrong-after-race",
            "the same, with a first GET of the file during the PUT",
            "wrong of " + plan.raced().count(),
            Setting.ONE_PAIR,
            ONES_THAT_WRITE,
            List.of(new Target.Most(0)),
            AfterWrites::races));
    rows.add(
        new Row(
            "put-200m",
            "PUT, 200 MB: speed",
            "× dd with fsync",
            Setting.ONE_PAIR,
            HOLDFAST_ALONE,
            List.of(new Target.Least(0.5)),
            LargePut::run));
  }

  private static void starts(List<Row> rows, Plan plan) {
    int published = plan.quick() ? 500 : 10_000;
    int pending = plan.quick() ? 50 : 1_000;
    rows.add(
        new Row(
            "up",
            "holdfast up, to the first file acknowledged",
            "s",
            Setting.NOTHING,
            HOLDFAST_ALONE,
            List.of(new Target.Most(10)),
            Startup::up));
    rows.add(
        new Row(
            "up-memory",
            "memory of holdfast up, idle, file servers included",
            "MB",
            Setting.NOTHING,
            HOLDFAST_ALONE,
            List.of(new Target.Most(600)),
            Startup::memory));
    rows.add(
        new Row(
            "restart",
            "a killed sidecar, to ready: %,d files published, %,d writes pending"
                .formatted(published, pending),
            "s",
            Setting.NOTHING,
            HOLDFAST_ALONE,
            List.of(new Target.Most(3)),
            s -> Startup.restart(s, published, pending)));
  }

  private static Row rate(
      String id, String what, Set<Candidate> candidates, List<Target> targets, Row.Measure how) {
    return new Row(id, what, "requests/s", Setting.STANDARD, candidates, targets, how);
  }
}
