package dev.holdfast.bench;

/**
 * A figure of the watcher or of a peer.
 *
 * @param what it is
 * @param goal the figure to reach, or an empty text
 * @param measured the figure with its unit
 * @param met true if the goal was reached, or if there is none
 */
record WatchFigure(String what, String goal, String measured, boolean met) {
  /** Returns a figure without a goal. */
  static WatchFigure plain(String what, String measured) {
    return new WatchFigure(what, "", measured, true);
  }

  static WatchFigure of(String what, String goal, String measured, boolean met) {
    return new WatchFigure(what, goal, measured, met);
  }

  /** Returns the figure as a line of a table, behind the id of its row. */
  String line(String row) {
    return "| `%s` | %s | %s | %s | %s |"
        .formatted(
            row,
            what,
            measured.replace('|', '/').replace('\n', ' '),
            goal,
            goal.isEmpty() ? "" : met ? "yes" : "no");
  }
}
