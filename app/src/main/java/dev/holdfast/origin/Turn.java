package dev.holdfast.origin;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The right to be the only one who has requests for a file in progress at the origin. It passes on
 * when it is closed <em>and</em> no request made under it can still be running there.
 *
 * <p>Threading: closed once, by who took it.
 */
public final class Turn implements AutoCloseable {
  private final String file;
  private final Runnable passOn;
  private final AtomicInteger shares = new AtomicInteger(1);

  Turn(String file, Runnable passOn) {
    this.file = file;
    this.passOn = passOn;
  }

  /** The stored name that this is the turn of. */
  public String file() {
    return file;
  }

  @Override
  public void close() {
    drop();
  }

  /** Keeps the turn from passing on until {@link #drop}. */
  void share() {
    if (shares.getAndIncrement() == 0) {
      throw new IllegalStateException("the turn of " + file + " has passed on");
    }
  }

  void drop() {
    if (shares.decrementAndGet() == 0) {
      passOn.run();
    }
  }
}
