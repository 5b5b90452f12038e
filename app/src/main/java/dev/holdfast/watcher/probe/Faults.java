package dev.holdfast.watcher.probe;

import dev.holdfast.posix.Errno;
import dev.holdfast.watcher.Reason;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.apache.hc.core5.http2.H2ConnectionException;
import org.apache.hc.core5.http2.H2CorruptFrameException;

/** Tells what a failure says: of the agent or of the site, and what of it. */
final class Faults {
  /** The JDK's implementation of {@link java.nio.channels.SocketChannel}. */
  private static final String SOCKET_CHANNEL = "sun.nio.ch.SocketChannelImpl";

  /** Its methods that tell what the network said after connect(2) had returned. */
  private static final Set<String> TOLD_LATER = Set.of("finishConnect", "read", "write");

  private Faults() {}

  /** Returns what a failed visit came to. */
  static Ending of(Marks.Stage stage, Throwable failure) {
    Throwable cause = failure instanceof UncheckedIOException wrap ? wrap.getCause() : failure;
    Optional<Ending> ours = ours(cause);
    if (ours.isPresent()) {
      return ours.get();
    }
    String detail = detail(cause);
    return switch (stage) {
      case WAIT -> Ending.agent(Reason.AGENT_FAILURE, detail);
      case CONNECT ->
          isRefusal(cause)
              ? Ending.down(Reason.CONNECT_REFUSED, detail)
              : Ending.down(Reason.UNREACHABLE, detail);
      case TLS ->
          refusal(cause)
              .map(refused -> Ending.down(refused.reason(), String.valueOf(refused.getMessage())))
              .orElseGet(() -> Ending.down(Reason.TLS_FAILURE, detail));
      case REQUEST, RESPONSE ->
          Ending.down(isBad(cause) ? Reason.BAD_RESPONSE : Reason.NO_RESPONSE, detail);
      case BODY, END -> Ending.down(isBad(cause) ? Reason.BAD_RESPONSE : Reason.BODY_CUT, detail);
    };
  }

  /** Returns what a failure in our own code came to. */
  static Ending ofAgent(Throwable failure) {
    return ours(failure).orElseGet(() -> Ending.agent(Reason.AGENT_FAILURE, failure.toString()));
  }

  /** Returns what a failure of our own came to, or empty if it is none. */
  static Optional<Ending> ours(Throwable cause) {
    String detail = detail(cause);
    if (Errno.EMFILE.isIn(cause) || Errno.ENFILE.isIn(cause)) {
      return Optional.of(Ending.agent(Reason.NO_DESCRIPTORS, detail));
    }
    if (Errno.EADDRNOTAVAIL.isIn(cause)) {
      return Optional.of(Ending.agent(Reason.NO_PORTS, detail));
    }
    if (isWithoutNet(cause) || Errno.ENETDOWN.isIn(cause) || isOtherFamily(cause)) {
      return Optional.of(Ending.agent(Reason.AGENT_NETWORK, detail));
    }
    if (isIn(cause, OutOfMemoryError.class)
        || isIn(cause, BodyStore.NoRoomException.class)
        || Errno.ENOBUFS.isIn(cause)
        || Errno.ENOMEM.isIn(cause)) {
      return Optional.of(Ending.agent(Reason.AGENT_MEMORY, detail));
    }
    boolean isBug = cause instanceof Error || cause instanceof RuntimeException;
    return isBug && !(cause instanceof CancelledKeyException)
        ? Optional.of(Ending.agent(Reason.AGENT_FAILURE, detail))
        : Optional.empty();
  }

  /** Returns true if our own machine has no way to the address, as without IPv6. */
  static boolean isWithoutRoute(Throwable cause) {
    return isWithoutNet(cause) || Errno.EADDRNOTAVAIL.isIn(cause) || isOtherFamily(cause);
  }

  /**
   * Returns true if our own machine has no way to the address: connect(2) says so at once. A router
   * on the way says the same later, by ICMP. The socket tells of it when the attempt ends, or when
   * it is read or written: that says nothing of our machine.
   */
  private static boolean isWithoutNet(Throwable cause) {
    return Errno.ENETUNREACH.isIn(cause) && !isToldLater(cause);
  }

  private static boolean isToldLater(Throwable cause) {
    for (Throwable one = cause; one != null; one = one.getCause()) {
      for (StackTraceElement frame : one.getStackTrace()) {
        if (TOLD_LATER.contains(frame.getMethodName())
            && frame.getClassName().equals(SOCKET_CHANNEL)) {
          return true;
        }
      }
    }
    return false;
  }

  /** The process has no sockets for the kind of address, such as one that is to use IPv4 alone. */
  private static boolean isOtherFamily(Throwable cause) {
    return cause instanceof UnsupportedAddressTypeException;
  }

  /** Returns what a passed deadline means for a visit at a stage. */
  static Reason late(Marks.Stage stage) {
    return switch (stage) {
      case WAIT, CONNECT -> Reason.CONNECT_TIMEOUT;
      case TLS -> Reason.TLS_TIMEOUT;
      case REQUEST -> Reason.REQUEST_TIMEOUT;
      case RESPONSE -> Reason.RESPONSE_TIMEOUT;
      case BODY, END -> Reason.BODY_TIMEOUT;
    };
  }

  private static boolean isRefusal(Throwable cause) {
    return Errno.ECONNREFUSED.isIn(cause)
        || Errno.ECONNRESET.isIn(cause) // a listener that ends takes its queue along
        || (cause instanceof ConnectException
            && !Errno.EHOSTUNREACH.isIn(cause)
            && !Errno.ENETUNREACH.isIn(cause)
            && !isTimeOut(cause));
  }

  /** The kernel gave up before our deadline. */
  private static boolean isTimeOut(Throwable cause) {
    return String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains("timed out");
  }

  /** The bytes came, and they are no HTTP or beyond a bound. */
  private static boolean isBad(Throwable cause) {
    boolean isCutChunk = cause instanceof TruncatedChunkException || isEnd(cause);
    return !isCutChunk
        && (cause instanceof HttpException
            || cause instanceof MessageConstraintException
            || cause instanceof MalformedChunkCodingException
            || cause instanceof H2ConnectionException
            || cause instanceof H2CorruptFrameException);
  }

  private static boolean isEnd(Throwable cause) {
    return cause instanceof ConnectionClosedException || cause instanceof SSLException;
  }

  private static Optional<ChainVerdict.RefusedException> refusal(Throwable cause) {
    for (Throwable one = cause; one != null; one = one.getCause()) {
      if (one instanceof ChainVerdict.RefusedException refused) {
        return Optional.of(refused);
      }
    }
    return Optional.empty();
  }

  private static boolean isIn(Throwable cause, Class<? extends Throwable> type) {
    for (Throwable one = cause; one != null; one = one.getCause()) {
      if (type.isInstance(one)) {
        return true;
      }
    }
    return false;
  }

  private static String detail(Throwable cause) {
    String message = cause.getMessage();
    return (message == null || message.isBlank() ? cause.getClass().getSimpleName() : message)
        .replaceAll("\\s+", " ");
  }
}
