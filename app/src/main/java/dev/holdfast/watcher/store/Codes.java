package dev.holdfast.watcher.store;

import dev.holdfast.watcher.Flag;
import dev.holdfast.watcher.Kind;
import dev.holdfast.watcher.Outcome;
import dev.holdfast.watcher.Reason;
import java.util.Set;

/**
 * The numbers that stand for words in the database. A number never changes its meaning: new words
 * get new numbers.
 */
public final class Codes {
  private Codes() {}

  /** Returns the number of a kind, 0 to 127. */
  public static int of(Kind kind) {
    return switch (kind) {
      case SLOT -> 0;
      case AGAIN_TAINTED -> 1;
      case AGAIN_FAILED -> 2;
      case REPEATED -> 3;
    };
  }

  /** Returns the number of an outcome, 0 to 127. */
  public static int of(Outcome outcome) {
    return switch (outcome) {
      case UP -> 0;
      case DEGRADED -> 1;
      case DOWN -> 2;
      case UNDECIDED -> 3;
      case AGENT -> 4;
      case MISSED -> 5;
    };
  }

  /** Returns the outcome of a number. */
  public static Outcome outcome(int code) {
    return switch (code) {
      case 0 -> Outcome.UP;
      case 1 -> Outcome.DEGRADED;
      case 2 -> Outcome.DOWN;
      case 3 -> Outcome.UNDECIDED;
      case 4 -> Outcome.AGENT;
      case 5 -> Outcome.MISSED;
      default -> throw new IllegalArgumentException("no outcome has the number " + code);
    };
  }

  /** Returns the number of a reason, 0 to 127. */
  public static int of(Reason reason) {
    return switch (reason) {
      case NONE -> 0;
      case DNS -> 1;
      case DNS_FAILURE -> 2;
      case DNS_TIMEOUT -> 3;
      case CONNECT_REFUSED -> 4;
      case CONNECT_TIMEOUT -> 5;
      case UNREACHABLE -> 6;
      case TLS_EXPIRED -> 7;
      case TLS_NOT_YET_VALID -> 8;
      case TLS_WRONG_NAME -> 9;
      case TLS_UNKNOWN_CA -> 10;
      case TLS_INCOMPLETE_CHAIN -> 11;
      case TLS_FAILURE -> 12;
      case TLS_TIMEOUT -> 13;
      case REQUEST_TIMEOUT -> 14;
      case RESPONSE_TIMEOUT -> 15;
      case NO_RESPONSE -> 16;
      case BAD_RESPONSE -> 17;
      case BODY_TIMEOUT -> 18;
      case BODY_CUT -> 19;
      case TOO_LARGE -> 20;
      case BAD_ENCODING -> 21;
      case STATUS -> 22;
      case RETRY_LATER -> 23;
      case PATTERN_MISSING -> 24;
      case PATTERN_PRESENT -> 25;
      case TEXT_MISSING -> 26;
      case NO_BODY -> 27;
      case REDIRECT_LOOP -> 28;
      case TOO_MANY_REDIRECTS -> 29;
      case BAD_REDIRECT -> 30;
      case NOT_TLS -> 31;
      case FORBIDDEN -> 32;
      case CERTIFICATE_ENDS_SOON -> 33;
      case PATTERN_LIMIT -> 34;
      case STALLED -> 35;
      case NO_DESCRIPTORS -> 36;
      case NO_PORTS -> 37;
      case AGENT_DNS -> 38;
      case AGENT_NETWORK -> 39;
      case AGENT_MEMORY -> 40;
      case AGENT_FAILURE -> 41;
      case LATE -> 42;
      case OVERLAP -> 43;
      case SATURATED -> 44;
      case CLOCK -> 45;
      case TAKEOVER -> 46;
      case ASKED_LATER -> 47;
    };
  }

  /** Returns the sum of the bits of some flags. */
  public static int of(Set<Flag> flags) {
    int bits = 0;
    for (Flag flag : flags) {
      bits |= bit(flag);
    }
    return bits;
  }

  /** Returns the bit of a flag. */
  public static int bit(Flag flag) {
    return switch (flag) {
      case TAINTED -> 1;
      case TRUNCATED -> 1 << 1;
      case FELL_BACK -> 1 << 2;
      case STALE_DNS -> 1 << 3;
      case DOWNGRADED -> 1 << 4;
      case REUSED -> 1 << 5;
    };
  }
}
