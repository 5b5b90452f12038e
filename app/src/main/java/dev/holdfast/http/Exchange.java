package dev.holdfast.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.util.Optional;

/**
 * A request and its answer, whichever way it is handled: at once, as a {@link QuickRequest}, or on
 * its route. Code that is written over this gives both the same answers. One method named {@code
 * answer} is called, once and last.
 *
 * <p>Threading: for one thread at a time.
 */
public interface Exchange {
  /** Returns the exchange of a request that is on its route. */
  static Exchange of(Context ctx) {
    return new RoutedRequest(ctx);
  }

  /** Returns the method as the client wrote it, such as {@code GET}. */
  String method();

  /** Returns the path as the client wrote it, without the query; empty if there is none. */
  String path();

  /** Returns the bytes of the body as they are announced, or -1 if they are not. */
  long length();

  /** Returns the first header of a name, or empty if the request has none. */
  Optional<String> header(String name);

  /**
   * Leaves a finding about the request with it, so that its route need not look again. A later note
   * of the same type takes its place.
   */
  <T> void note(Class<T> type, T found);

  /** Returns the {@link #note} of a type, or empty if there is none. */
  <T> Optional<T> noted(Class<T> type);

  /** Marks the request as a write, whatever its method: error answers then name their effect. */
  Exchange write();

  /** Gives the answer one more header. */
  Exchange with(String header, String value);

  /** Gives the answer a header that many have. */
  Exchange with(FixedHeader header);

  /** Answers without a body. */
  void answer(int status);

  /**
   * Answers 200.
   *
   * @param body others may share it; it must not be changed
   * @throws IOException if the client has left
   */
  void answer(String contentType, byte[] body) throws IOException;

  /** Answers with a problem, as {@link HttpService#answer} does. */
  void answer(Problem problem);
}
