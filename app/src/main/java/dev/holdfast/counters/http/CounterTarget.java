package dev.holdfast.counters.http;

import dev.holdfast.counters.CounterName;
import dev.holdfast.http.Problem;
import dev.holdfast.names.BadNameException;
import java.util.Optional;

/**
 * The things of the API that a path names.
 *
 * @param encoded the name of the counter as the client wrote it; empty for what is not about one
 */
record CounterTarget(Kind kind, String encoded) {
  /** The beginning of the paths of counters. */
  static final String COUNTER = "/counter/";

  static final String COUNTERS = "/counters";
  static final String CONFIG = "/config";

  private static final String VALUE = "/value";
  private static final String CONSISTENT = "/consistent_value";

  /** A kind of thing, with the methods that it knows. */
  enum Kind {
    CONFIG("OPTIONS, POST"),
    COUNTERS("GET, HEAD, OPTIONS, POST"),
    COUNTER("GET, HEAD, OPTIONS, POST"),
    VALUE("GET, HEAD, OPTIONS"),
    CONSISTENT_VALUE("GET, HEAD, OPTIONS"),
    PEER("OPTIONS, POST");

    private final String allow;

    Kind(String allow) {
      this.allow = allow;
    }

    boolean knows(String method) {
      return (" " + allow + ",").contains(" " + method + ",");
    }

    /** Returns the value of the header {@code Allow}. */
    String allow() {
      return allow;
    }
  }

  /** Returns what a path names, or empty if it is nothing of this API. */
  static Optional<CounterTarget> of(String path) {
    return switch (path) {
      case CONFIG -> Optional.of(new CounterTarget(Kind.CONFIG, ""));
      case COUNTERS -> Optional.of(new CounterTarget(Kind.COUNTERS, ""));
      case HttpNetwork.PATH -> Optional.of(new CounterTarget(Kind.PEER, ""));
      default ->
          path.startsWith(COUNTER) ? ofCounter(path.substring(COUNTER.length())) : Optional.empty();
    };
  }

  private static Optional<CounterTarget> ofCounter(String rest) {
    int slash = rest.indexOf('/');
    if (slash < 0) {
      return Optional.of(new CounterTarget(Kind.COUNTER, rest));
    }
    String name = rest.substring(0, slash);
    return switch (rest.substring(slash)) {
      case VALUE -> Optional.of(new CounterTarget(Kind.VALUE, name));
      case CONSISTENT -> Optional.of(new CounterTarget(Kind.CONSISTENT_VALUE, name));
      default -> Optional.empty();
    };
  }

  /**
   * Returns the name of the counter.
   *
   * @throws dev.holdfast.http.ProblemException 400 if it is none, 414 if it is too long
   */
  CounterName name() {
    return name(encoded);
  }

  /**
   * Reads a name.
   *
   * @throws dev.holdfast.http.ProblemException 400 if it is none, 414 if it is too long
   */
  static CounterName name(String encoded) {
    try {
      return CounterName.parse(encoded);
    } catch (BadNameException e) {
      throw Problem.of(e.isTooLong() ? 414 : 400, e.getMessage()).asException();
    }
  }
}
