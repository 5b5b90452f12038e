package dev.holdfast.bench;

/**
 * The numbers of the watcher's tables that the benchmark reads. They are those of the program's
 * {@code watcher.store.Codes}, where a number never changes its meaning.
 */
final class WatchCodes {
  static final int SLOT = 0;
  static final int REPEATED = 3;

  static final int UP = 0;
  static final int DOWN = 2;
  static final int AGENT = 4;
  static final int MISSED = 5;

  static final int TAINTED_BIT = 1;

  private WatchCodes() {}

  static String outcome(int code) {
    return switch (code) {
      case UP -> "up";
      case 1 -> "degraded";
      case DOWN -> "down";
      case 3 -> "undecided";
      case AGENT -> "agent";
      case MISSED -> "missed";
      default -> "outcome " + code;
    };
  }

  /** Returns the words of a reason that a healthy site or the agent may come to, or its number. */
  static String reason(int code) {
    return switch (code) {
      case 4 -> "connection refused";
      case 5 -> "connect timeout";
      case 10 -> "unknown authority";
      case 12 -> "tls failure";
      case 13 -> "tls timeout";
      case 14 -> "request timeout";
      case 15 -> "response timeout";
      case 16 -> "no response";
      case 18 -> "body timeout";
      case 35 -> "agent stalled";
      case 36 -> "no descriptors";
      case 37 -> "no ports";
      case 40 -> "agent memory";
      case 41 -> "agent failure";
      case 42 -> "late";
      case 43 -> "overlap";
      case 44 -> "saturated";
      case 45 -> "clock set";
      default -> "reason " + code;
    };
  }
}
