package dev.holdfast.fileserver;

import dev.holdfast.bounds.Bounds;
import java.util.EnumSet;
import java.util.Set;

/**
 * How a file server breaks.
 *
 * @param on the faults it has
 * @param sendErrorPermille how many GETs in a thousand meet a made-up read error halfway through
 *     the file, 0 to 1000; only with {@link Fault#SEND_ERRORS}
 * @param sendCutPermille how many GETs in a thousand have their connection cut halfway through the
 *     file, 0 to 1000, and at most 1000 together with {@code sendErrorPermille}; only with {@link
 *     Fault#SEND_ERRORS}
 * @param seed of the two rates: the same seed hits the same GETs, counted in the order in which
 *     they begin to send
 */
public record Faults(Set<Fault> on, int sendErrorPermille, int sendCutPermille, long seed) {
  private static final int PERMILLE_MAX = 1000;

  public Faults {
    on = Set.copyOf(on);
    Bounds.within("sendErrorPermille", sendErrorPermille, 0, PERMILLE_MAX);
    Bounds.within("sendCutPermille", sendCutPermille, 0, PERMILLE_MAX - sendErrorPermille);
  }

  /**
   * Returns all faults of the real server; the two rates are 0, since its disk hardly ever fails.
   */
  public static Faults real() {
    return new Faults(EnumSet.allOf(Fault.class), 0, 0, 1);
  }

  /** No fault: a server that is only slow. */
  public static Faults none() {
    return new Faults(Set.of(), 0, 0, 1);
  }

  /** Returns true if it has this fault. */
  public boolean has(Fault fault) {
    return on.contains(fault);
  }

  /** Returns these faults and one more. */
  public Faults with(Fault fault) {
    var more = EnumSet.of(fault);
    more.addAll(on);
    return new Faults(more, sendErrorPermille, sendCutPermille, seed);
  }

  /** Returns these faults without one. */
  public Faults without(Fault fault) {
    var fewer = EnumSet.noneOf(Fault.class);
    fewer.addAll(on);
    fewer.remove(fault);
    return new Faults(fewer, sendErrorPermille, sendCutPermille, seed);
  }

  /** Returns these faults and {@link Fault#SEND_ERRORS} at other rates. */
  public Faults withSendErrors(int errorPermille, int cutPermille, long seed) {
    return new Faults(with(Fault.SEND_ERRORS).on(), errorPermille, cutPermille, seed);
  }
}
