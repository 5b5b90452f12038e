package dev.holdfast.bench;

import java.util.List;

/**
 * Names for first requests. All loads of one stack together ask for each name once, in order.
 *
 * <p>Threading: of one thread.
 */
final class FirstNames {
  /** A number of names that no machine has asked for in a second. */
  private static final int A_SECOND = 4_000;

  /** The most names. Each is a file of 1 KB, which takes 4 KB on most disks. */
  private static final int MOST = 400_000;

  private final FileSet files;
  private int used;

  private FirstNames(FileSet files) {
    this.files = files;
  }

  /** Returns enough names for loads of so many seconds together, up to {@link #secondsMax}. */
  static FirstNames lasting(double seconds) {
    int count = (int) Math.min(MOST, Math.ceil(seconds * A_SECOND));
    return new FirstNames(new FileSet("first-", count, Plan.SMALL_BYTES));
  }

  /** Returns for how many seconds of load there can be names. */
  static double secondsMax() {
    return (double) MOST / A_SECOND;
  }

  FileSet files() {
    return files;
  }

  /** Returns the target of a request for each name that is left. */
  List<String> targets() {
    return files.targets().subList(used, files.count());
  }

  /**
   * Marks so many of {@link #targets} as used.
   *
   * @throws EndedEarlyException if there were fewer, so that some were asked for twice
   */
  void used(int count) throws EndedEarlyException {
    if (count > files.count() - used) {
      throw new EndedEarlyException(
          "all %,d names have been asked for: fewer --seconds or --rounds, please"
              .formatted(files.count()));
    }
    used += count;
  }
}
