package dev.holdfast.scoreboard;

import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.function.Consumer;

/** Makes entries from the lines of an access log. */
final class LogReader implements LineSplitter.Sink {
  static final int BUFFER_BYTES = 256 * 1024;

  private final LogEntryParser parser;
  private final Consumer<LogEntry> entries;
  private final Runnable garbage;

  /**
   * @param clock a line that is more than a day ahead of it is garbage
   * @param entries takes the entries
   * @param garbage is run for each line that is not one of an access log
   */
  LogReader(InstantSource clock, Consumer<LogEntry> entries, Runnable garbage) {
    this.parser = new LogEntryParser(clock);
    this.entries = entries;
    this.garbage = garbage;
  }

  /** Reads a whole log. */
  static Figures read(InputStream log, InstantSource clock) throws IOException {
    var figures = new Figures();
    var splitter = new LineSplitter(new LogReader(clock, figures::add, figures::addGarbage));
    var buffer = new byte[BUFFER_BYTES];
    for (int n = log.read(buffer); n >= 0; n = log.read(buffer)) {
      splitter.feed(buffer, n);
    }
    splitter.finish();
    return figures;
  }

  @Override
  public void line(byte[] bytes, int offset, int length) {
    parser.parse(bytes, offset, length).ifPresentOrElse(entries, garbage);
  }

  @Override
  public void garbage() {
    garbage.run();
  }
}
