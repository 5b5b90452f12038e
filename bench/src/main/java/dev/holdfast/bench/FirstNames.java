package dev.holdfast.bench;

import java.util.List;

/**
 * Names that are asked for once each, in their order, by all loads of one stack.
 *
 * <p>Threading: of one thread.
 */
final class FirstNames {
  /** More than any machine has asked for in a second. */
  private static final int A_SECOND = 4_000;

  /** Each is a file of 1 KB, which takes 4 on most disks. */
  private static final int MOST = 400_000;

  private final FileSet files;
  private int used;

  private FirstNames(FileSet files) {
    this.files = files;
  }

  /** Enough for loads that last so many seconds together, up to {@link #secondsMax}. */
  static FirstNames lasting(double seconds) {
    int count = (int) Math.min(MOST, Math.ceil(seconds * A_SECOND));
    return new FirstNames(new FileSet("first-", count, Plan.SMALL_BYTES));
  }

  /** For how many seconds of load names can be made. */
  static double secondsMax() {
    return (double) MOST / A_SECOND;
  }

  FileSet files() {
    return files;
  }

  /** What a request for each of those asks for that are left. */
  List<String> targets() {
    return files.targets().subList(used, files.count());
  }

  /**
   * So many of {@link #targets} have been asked for.
   *
   * @throws EndedEarlyException if that is more than there were, so that some were asked for twice
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
