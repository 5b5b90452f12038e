package dev.holdfast.scoreboard;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** A {@link Summary} as a table for a terminal. */
final class SummaryText {
  private SummaryText() {}

  static String of(Summary summary) {
    var lines = new ArrayList<String>();
    if (summary.requests() == 0) {
      lines.add("no requests");
    } else {
      lines.add(row("from", summary.first()));
      lines.add(row("to", summary.last()));
      lines.add(
          row("duration", known(summary.durationSeconds(), seconds -> number(seconds) + " s")));
      figures(summary, lines);
      names(summary, lines);
    }
    if (summary.viaProxy() > summary.requests() / 2) {
      lines.add("");
      lines.add(proxied(summary));
    }
    if (summary.outOfOrder() != null) {
      lines.add("");
      lines.add(outOfOrder(summary.outOfOrder()));
    }
    if (summary.garbageLines() > 0) {
      lines.add("");
      lines.add("lines that are none of an access log: " + number(summary.garbageLines()));
    }
    return String.join("\n", lines);
  }

  private static String proxied(Summary summary) {
    return """
        %s requests came from the address of Docker's proxy, which takes more CPU than nginx does.
        Clients on this machine pass it by at the machine's own address in place of 127.0.0.1,
        or with nginx in the host's network: docs/operations.md, "The port"."""
        .formatted(number(summary.viaProxy()));
  }

  private static String outOfOrder(LogOrder.Break where) {
    return """
        The lines are out of order: line %s is of %s, and one before it is of %s.
        Either the files were not given oldest first, or the clock went back.
        So the duration and the requests a second are not known, and there is no plot."""
        .formatted(number(where.line()), where.time(), where.after());
  }

  private static void figures(Summary summary, List<String> lines) {
    lines.add(row("requests", number(summary.requests())));
    summary
        .statuses()
        .forEach(
            (status, count) ->
                lines.add(
                    row(
                        "  " + status.replace('_', ' '),
                        number(count) + share(count, summary.requests()))));
    gaveUp(summary.gaveUp(), lines);
    lines.add("successful requests/s");
    lines.add(row("  mean", known(summary.successPerSecondMean(), SummaryText::decimal)));
    lines.add(
        row("  sustained", known(summary.successPerSecondSustained(), SummaryText::sustained)));
    lines.add(row("  maximum", known(summary.successPerSecondMax(), SummaryText::number)));
    lines.add(row("latency", latency(summary.latency())));
    lines.add(row("bytes sent", number(summary.bytesSent())));
    lines.add("answered by");
    summary
        .servedBy()
        .forEach(
            (who, server) ->
                lines.add(
                    row(
                        "  " + who,
                        "%-24s %s"
                            .formatted(
                                number(server.requests())
                                    + share(server.requests(), summary.requests()),
                                server.requests() == 0 ? "" : latency(server.latency())))));
  }

  private static void gaveUp(Summary.GaveUp gaveUp, List<String> lines) {
    if (gaveUp.requests() == 0) {
      return;
    }
    lines.add("clients that gave up");
    gaveUp
        .byStage()
        .forEach(
            (name, stage) -> {
              if (stage.requests() > 0) {
                lines.add(row("  " + name, stage(name, stage)));
              }
            });
  }

  private static String stage(String name, Summary.Stage stage) {
    String far =
        stage.percentP50() == null
            ? ""
            : "   p50 %d %%, max %d %% of the %s"
                .formatted(
                    stage.percentP50(),
                    stage.percentMax(),
                    name.equals("sending") ? "upload" : "answer");
    return "%-24s after %s%s".formatted(number(stage.requests()), latency(stage.after()), far);
  }

  private static String sustained(double rate) {
    return decimal(rate) + "  (the best " + Throughput.SUSTAINED_SECONDS + " s in a row)";
  }

  private static <T> String known(T figure, Function<T, String> text) {
    return figure == null ? "not known" : text.apply(figure);
  }

  private static void names(Summary summary, List<String> lines) {
    lines.add("slowest names");
    for (Summary.Slow slow : summary.slowest()) {
      lines.add(
          "  %8s  %s %d by %s at %s  %s"
              .formatted(
                  ms(slow.durationMs()),
                  printable(slow.method()),
                  slow.status(),
                  slow.servedBy(),
                  slow.time(),
                  printable(slow.name())));
    }
    lines.add("busiest names");
    for (BusiestNames.Busy busy : summary.busiest()) {
      String tooMany =
          busy.tooManyMax() == 0 ? "" : "  (at most " + number(busy.tooManyMax()) + " too many)";
      lines.add("  %8s  %s%s".formatted(number(busy.requests()), printable(busy.name()), tooMany));
    }
  }

  private static String latency(Summary.Latency latency) {
    return "p50 %s   p95 %s   p99 %s   max %s"
        .formatted(
            ms(latency.p50Ms()), ms(latency.p95Ms()), ms(latency.p99Ms()), ms(latency.maxMs()));
  }

  /** Returns milliseconds as text. nginx logs whole ones, so 0 is less than one. */
  private static String ms(long ms) {
    return ms == 0 ? "<1 ms" : number(ms) + " ms";
  }

  private static String row(String what, String value) {
    return "%-14s %s".formatted(what, value).stripTrailing();
  }

  private static String share(long part, long whole) {
    return String.format(Locale.ROOT, "  (%.2f %%)", 100.0 * part / whole);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%,.1f", value);
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /**
   * Returns a name without characters that a terminal takes for commands or for a change of the
   * writing direction. Clients choose names.
   */
  private static String printable(String name) {
    return name.replaceAll("\\p{C}|\\p{Zl}|\\p{Zp}", "?");
  }
}
