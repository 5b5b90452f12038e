package dev.holdfast.bench;

import java.nio.file.Path;

/**
 * The extent of a run.
 *
 * @param project the root of the repository
 * @param work the directory of everything that is measured, on the disk to be measured
 * @param pairs the number of file servers, and of sidecars
 * @param seconds how long a load counts
 * @param quick true for small sets of files, to see that everything works
 */
record Plan(Path project, Path work, Cores cores, int pairs, double seconds, boolean quick) {
  static final int SMALL_BYTES = 1024;

  double warmUpSeconds() {
    return Math.max(1, seconds / 5);
  }

  /**
   * Returns the time to warm up writes. A write runs more code than a read, on several JVMs that
   * have just started.
   */
  double warmUpWritesSeconds() {
    return quick ? 1 : 10;
  }

  FileSet small() {
    return new FileSet("plain-", quick ? 60 : 300, SMALL_BYTES);
  }

  /** Returns names with a colon, which a plain name cannot have. */
  FileSet odd() {
    return new FileSet("odd:", quick ? 30 : 100, SMALL_BYTES);
  }

  /** Returns names with so many colons that nginx does not make their stored forms. */
  FileSet spelled() {
    return new FileSet("1:2:3:4:5:6:7:8:9:10:11:12:13:", quick ? 30 : 100, SMALL_BYTES);
  }

  FileSet medium() {
    return new FileSet("medium-", quick ? 10 : 50, 64 * 1024);
  }

  FileSet large() {
    return new FileSet("large-", quick ? 2 : 6, 10 * 1024 * 1024);
  }

  /** Returns names that are never written. */
  FileSet absent() {
    return new FileSet("absent-", quick ? 30 : 200, 0);
  }

  /** Returns names for the warm-up, so that a JVM has fetched files before the load counts. */
  FileSet warming() {
    return new FileSet("warming-", quick ? 60 : 600, SMALL_BYTES);
  }

  /** Returns names for first requests. */
  FileSet fresh(int atOnce) {
    return new FileSet("fresh-" + atOnce + "-", atOnce * (quick ? 3 : 11), SMALL_BYTES);
  }

  FileSet rewritten() {
    return new FileSet("rewritten-", quick ? 10 : 30, SMALL_BYTES);
  }

  FileSet raced() {
    return new FileSet("raced-", quick ? 10 : 30, SMALL_BYTES);
  }
}
