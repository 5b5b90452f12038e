package dev.holdfast.origin;

import java.util.function.Consumer;

/**
 * All that one request holds: a share of its turn and one of the places at the origin. Both are
 * given back together and once, however the request ends: at once if it does not run at the origin,
 * and otherwise when it is surely over there.
 *
 * <p>Threading: used by the thread of its request.
 */
final class Place implements AutoCloseable {
  private final Turn turn;
  private final Consumer<Place> linger;
  private Runnable giveBack = () -> {};
  private boolean running;

  /**
   * Takes a share of a turn.
   *
   * @param linger calls {@link #release} when the request, which ended without an answer, is surely
   *     over at the origin
   * @throws IllegalStateException if the turn has passed on
   */
  Place(Turn turn, Consumer<Place> linger) {
    turn.share();
    this.turn = turn;
    this.linger = linger;
  }

  Turn turn() {
    return turn;
  }

  /** One of the places at the origin was taken, too. */
  void taken(Runnable givesItBack) {
    giveBack = givesItBack;
  }

  /** From now on the request may run at the origin. */
  void begin() {
    running = true;
  }

  /** The request no longer runs at the origin. */
  void end() {
    running = false;
  }

  /** Gives everything back. */
  void release() {
    giveBack.run();
    turn.drop();
  }

  @Override
  public void close() {
    if (running) {
      linger.accept(this);
    } else {
      release();
    }
  }
}
