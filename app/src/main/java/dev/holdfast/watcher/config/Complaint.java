package dev.holdfast.watcher.config;

/**
 * A fault of a file, and what to write instead.
 *
 * @param file the file, as it was named
 * @param line the line, from 1 on; 0 if the file has none, such as a missing one
 * @param text the fault
 */
public record Complaint(String file, int line, String text) {
  /** Returns the complaint as one line: {@code watch.yaml:12: …}. */
  @Override
  public String toString() {
    return line == 0 ? file + ": " + text : file + ":" + line + ": " + text;
  }
}
