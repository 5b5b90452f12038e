package dev.holdfast.watcher.probe;

import java.io.IOException;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.hc.core5.http.config.CharCodingConfig;
import org.apache.hc.core5.http2.config.H2Config;
import org.apache.hc.core5.http2.impl.nio.ClientH2StreamMultiplexerFactory;

/**
 * The parts that all visits share.
 *
 * @param plainLoops the loops for http
 * @param tlsLoops the loops for https: a handshake takes a loop for milliseconds, which must not
 *     move what the plain ones measure
 */
record Wires(
    Loops plainLoops,
    Loops tlsLoops,
    Tls tls,
    BodyRoom room,
    Lingering lingering,
    KeptConnections kept,
    LongSupplier nanos) {

  /** The longest line of a head, in bytes. */
  static final int LINE_BYTES_MAX = 16 << 10;

  /** The most fields of a head. */
  static final int FIELDS_MAX = 200;

  /**
   * The largest head of an answer, with interim heads and trailers, in bytes, and {@value
   * BodyStore#PIECE_BYTES} more for each field.
   */
  static final int HEAD_BYTES_MAX = 256 << 10;

  private static final int H2_WINDOW_BYTES = 1 << 20;

  private static final H2Config HTTP2 =
      H2Config.custom()
          .setPushEnabled(false)
          .setMaxConcurrentStreams(1)
          .setInitialWindowSize(H2_WINDOW_BYTES)
          .setMaxHeaderListSize(HEAD_BYTES_MAX)
          .build();

  /**
   * Starts the event loops of an engine. If one of them fails, none is left.
   *
   * @throws IOException if they get no sockets
   */
  static Wires start(
      ProbeOptions options, Tls tls, Deadlines deadlines, LongSupplier nanos, Loops.Starter starter)
      throws IOException {
    Loops plainLoops = Loops.start("watcher-plain-", options.plainLoops(), nanos, starter);
    try {
      return new Wires(
          plainLoops,
          Loops.start("watcher-tls-", options.tlsLoops(), nanos, starter),
          tls,
          new BodyRoom(options.bodyBytesMax()),
          new Lingering(deadlines, nanos, options.lingeringMax()),
          new KeptConnections(deadlines, nanos),
          nanos);
    } catch (IOException | RuntimeException | Error e) {
      plainLoops.close();
      throw e;
    }
  }

  /** Returns the next loop of a kind, in turn. */
  Loop loop(boolean isTls) {
    return (isTls ? tlsLoops : plainLoops).next();
  }

  Stream<Loop> loops() {
    return Stream.concat(plainLoops.all(), tlsLoops.all());
  }

  /** Returns what reads and writes HTTP/2 for one answer. */
  static ClientH2StreamMultiplexerFactory http2(BodyStore answer) {
    return new ClientH2StreamMultiplexerFactory(
        Http1Connection.NOTHING_ADDED,
        null,
        HTTP2,
        CharCodingConfig.DEFAULT,
        new AnswerFrames(answer));
  }
}
