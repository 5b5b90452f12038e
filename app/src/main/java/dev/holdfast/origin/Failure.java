package dev.holdfast.origin;

import dev.holdfast.posix.Errno;
import java.net.SocketException;
import java.util.List;

/** A request that did not get a proper answer. */
public sealed interface Failure {
  /** The words that {@link #kind} may say. */
  List<String> KINDS = List.of("not_sent", "busy", "nonsense", "no_answer");

  /** The failure in words. */
  String detail();

  /** Returns true if the origin may have acted on the request, or may still do so. */
  boolean mayHaveActed();

  /** One word for meters and logs. */
  String kind();

  /**
   * Returns true if a request was not sent since it got no place at the origin while its answer
   * would have come in time. To ask again within the same patience is of no use.
   */
  default boolean isForWantOfPlace() {
    return equals(NotSent.CROWDED) || equals(NotSent.FULL);
  }

  /** Returns the failure of a request that was to be sent, or was under way, by its exception. */
  static Failure ofSending(Exception e) {
    String message = String.valueOf(e.getMessage());
    // EMFILE, of socket(2): what is open needs no further descriptor.
    return e instanceof SocketException && (Errno.EMFILE.isIn(e) || Errno.ENFILE.isIn(e))
        ? new NotSent("no file descriptor is left for a connection to the file server")
        : new NoAnswer("the file server did not answer properly: " + message);
  }

  /**
   * Nothing was sent: no connection to the origin could be had, or none of its places in time, or
   * it spoke first.
   */
  record NotSent(String detail) implements Failure {
    static final NotSent CROWDED =
        new NotSent("more requests wait for the file server than it can answer in time");
    static final NotSent FULL = new NotSent("all connections to the file server are in use");

    @Override
    public boolean mayHaveActed() {
      return false;
    }

    @Override
    public String kind() {
      return "not_sent";
    }
  }

  /** The origin refused at once because it has too much to do. */
  record Busy(String detail) implements Failure {
    @Override
    public boolean mayHaveActed() {
      return false;
    }

    @Override
    public String kind() {
      return "busy";
    }
  }

  /**
   * The origin gave an answer that makes no sense here, or an error of its own.
   *
   * @param status of the answer; 0 if that was not understood
   */
  record Nonsense(int status, String detail) implements Failure {
    @Override
    public boolean mayHaveActed() {
      return true;
    }

    @Override
    public String kind() {
      return "nonsense";
    }
  }

  /**
   * The origin says that a write has succeeded, and perhaps that it has not: a success with a text,
   * or one that is not known here. The file tells, when it is read back.
   *
   * @param sentNanos as in {@link ChangeOutcome.Confirmed}
   */
  record Unclear(long sentNanos, String detail) implements Failure {
    @Override
    public boolean mayHaveActed() {
      return true;
    }

    @Override
    public String kind() {
      return "nonsense";
    }
  }

  /** The request was sent, in whole or in part, and then the connection or the patience ended. */
  record NoAnswer(String detail) implements Failure {
    @Override
    public boolean mayHaveActed() {
      return true;
    }

    @Override
    public String kind() {
      return "no_answer";
    }
  }
}
