package dev.holdfast.origin;

/** The outcome of asking the origin for a file. */
public sealed interface GetOutcome {
  /**
   * The file was there; its bytes went to the sink, all of them.
   *
   * @param length in bytes
   * @param doubtful true if the end of the body looks like an error text that the file server
   *     appends when it fails to read the file, in an answer whose length was not announced before
   */
  record Found(long length, boolean doubtful) implements GetOutcome {}

  /** The origin says that there is no such file. */
  record Absent() implements GetOutcome {}

  /** Neither is known. */
  record Failed(Failure failure) implements GetOutcome {}
}
