package dev.holdfast.testkit;

/**
 * One call on one name, as its client saw it.
 *
 * @param client the caller; it has one call at a time, apart from those of unknown outcome
 * @param action the request and its result
 * @param invokedNs when the call began, at the latest before its first byte was sent, in
 *     nanoseconds of one clock that all operations of a history share
 * @param returnedNs when its outcome was known, at the earliest; {@link #NEVER} for a write of
 *     unknown outcome, which may take effect at any time after its invocation, or not at all
 */
public record Operation(int client, Action action, long invokedNs, long returnedNs) {

  /** The return time of a write whose outcome nobody knows. */
  public static final long NEVER = Long.MAX_VALUE;

  public Operation {
    if (returnedNs < invokedNs) {
      throw new IllegalArgumentException("returned before it was invoked: " + action);
    }
    if (returnedNs == NEVER && !(action instanceof Put || action instanceof Delete)) {
      throw new IllegalArgumentException("a read of unknown outcome says nothing: leave it out");
    }
  }

  /** The request of a call and, for a read, its result. */
  public sealed interface Action {}

  /** Writes a value that nothing else in the history writes. */
  public record Put(String value) implements Action {
    @Override
    public String toString() {
      return "PUT " + value;
    }
  }

  /** Makes the name absent. */
  public record Delete() implements Action {
    @Override
    public String toString() {
      return "DELETE";
    }
  }

  /** A read that returned a whole value. */
  public record Got(String value) implements Action {
    @Override
    public String toString() {
      return "GET -> " + value;
    }
  }

  /** A read that found the name absent. */
  public record GotAbsent() implements Action {
    @Override
    public String toString() {
      return "GET -> absent";
    }
  }

  /** A read that returned bytes that nobody ever wrote whole. */
  public record GotCorrupt(String reason) implements Action {
    @Override
    public String toString() {
      return "GET -> corrupt (" + reason + ")";
    }
  }

  boolean isRead() {
    return switch (action) {
      case Got _, GotAbsent _, GotCorrupt _ -> true;
      case Put _, Delete _ -> false;
    };
  }
}
