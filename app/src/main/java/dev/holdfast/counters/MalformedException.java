package dev.holdfast.counters;

/** Bytes are not what this version writes: a record of a log, or a message of a peer. */
public final class MalformedException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  MalformedException(String what) {
    super(what);
  }
}
