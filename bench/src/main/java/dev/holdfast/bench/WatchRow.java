package dev.holdfast.bench;

import java.io.IOException;
import java.util.List;

/**
 * A row of {@code make bench-watcher}: a few figures that are measured together.
 *
 * @param id its id, in options
 * @param what it measures
 * @param isByDefault true if a run without {@code --rows} has it
 */
record WatchRow(String id, String what, boolean isByDefault, Measure measure) {
  /** Measures the row. */
  interface Measure {
    List<WatchFigure> on(WatchGround ground) throws IOException, InterruptedException;
  }
}
