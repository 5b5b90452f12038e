package dev.holdfast.watcher.thread;

/** A failure that fails again when it is logged, as a lack of memory does. */
public final class PlantedError extends Error {
  private static final long serialVersionUID = 1L;

  @Override
  public String getMessage() {
    throw new OutOfMemoryError("planted, again");
  }
}
