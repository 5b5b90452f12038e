package dev.holdfast.scoreboard;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/** The figures of a whole log, in the forms that they are wanted in. */
public final class LogReport {
  private final Summary summary;

  private LogReport(Summary summary) {
    this.summary = summary;
  }

  /** Reads a log to its end. */
  public static LogReport of(InputStream log) throws IOException {
    return new LogReport(LogReader.read(log, InstantSource.system()).summary());
  }

  /** The same of a file. */
  public static LogReport of(Path log) throws IOException {
    try (InputStream in = Files.newInputStream(log)) {
      return of(in);
    }
  }

  /** A table for a terminal. */
  public String table() {
    return SummaryText.of(summary);
  }

  /** A JSON object, on many lines. */
  public String json() {
    return Json.indented(summary);
  }

  /**
   * A page with plots, whole in itself: it opens without a network.
   *
   * @param title what log it is of
   */
  public String html(String title) {
    return ReportPage.of(summary, title);
  }
}
