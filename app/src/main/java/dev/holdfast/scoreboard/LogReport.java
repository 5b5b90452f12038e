package dev.holdfast.scoreboard;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/** The figures of a whole log, in several forms. */
public final class LogReport {
  private final Summary summary;

  private LogReport(Summary summary) {
    this.summary = summary;
  }

  /** Reads a log to its end. */
  public static LogReport of(InputStream log) throws IOException {
    return new LogReport(LogReader.read(log, InstantSource.system()).summary());
  }

  /** Reads a log file to its end. */
  public static LogReport of(Path log) throws IOException {
    try (InputStream in = Files.newInputStream(log)) {
      return of(in);
    }
  }

  /** Returns a table for a terminal. */
  public String table() {
    return SummaryText.of(summary);
  }

  /** Returns a JSON object, on many lines. */
  public String json() {
    return Json.indented(summary);
  }

  /**
   * Returns a page with plots that needs no network to open.
   *
   * @param title the name of the log
   */
  public String html(String title) {
    return ReportPage.of(summary, title);
  }
}
