package dev.holdfast.bench;

import java.nio.file.Path;

/**
 * How long and how often.
 *
 * @param project the root of the repository
 * @param work where everything that is measured keeps its files, on the disk that is meant
 * @param pairs file servers, and sidecars
 * @param seconds that a load counts
 * @param quick whether sets of files are small, to see that all works
 */
record Plan(Path project, Path work, Cores cores, int pairs, double seconds, boolean quick) {
  static final int SMALL_BYTES = 1024;

  double warmUpSeconds() {
    return Math.max(1, seconds / 5);
  }

  /** A write goes through more code than a read, on several JVMs that have just started. */
  double warmUpWritesSeconds() {
    return quick ? 1 : 10;
  }

  FileSet small() {
    return new FileSet("plain-", quick ? 60 : 300, SMALL_BYTES);
  }

  /** Names with a colon, which is no character of a plain name. */
  FileSet odd() {
    return new FileSet("odd:", quick ? 30 : 100, SMALL_BYTES);
  }

  /** Names of which nginx cannot tell how they are stored, as they are written in targets. */
  FileSet spelled() {
    return new FileSet("two:raw:", quick ? 30 : 100, SMALL_BYTES);
  }

  FileSet medium() {
    return new FileSet("medium-", quick ? 10 : 50, 64 * 1024);
  }

  FileSet large() {
    return new FileSet("large-", quick ? 2 : 6, 10 * 1024 * 1024);
  }

  /** Names that are never written. */
  FileSet absent() {
    return new FileSet("absent-", quick ? 30 : 200, 0);
  }

  /** Names that are asked for before those that count, so that a JVM has fetched before. */
  FileSet warming() {
    return new FileSet("warming-", quick ? 60 : 600, SMALL_BYTES);
  }

  /** Names that nobody has asked for yet. */
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
