package dev.holdfast.watcher.probe;

import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.hc.core5.http.HttpRequestInterceptor;
import org.apache.hc.core5.http.config.CharCodingConfig;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.nio.ClientHttp1StreamDuplexerFactory;
import org.apache.hc.core5.http.protocol.DefaultHttpProcessor;
import org.apache.hc.core5.http.protocol.HttpProcessor;
import org.apache.hc.core5.http2.config.H2Config;
import org.apache.hc.core5.http2.impl.nio.ClientH2StreamMultiplexerFactory;
import org.apache.hc.core5.util.Timeout;

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
    ClientHttp1StreamDuplexerFactory http1,
    ClientH2StreamMultiplexerFactory http2,
    BodyRoom room,
    Lingering lingering,
    KeptConnections kept,
    LongSupplier nanos) {

  /** The longest line of a head, in bytes. */
  static final int LINE_BYTES_MAX = 16 << 10;

  /** The most fields of a head. */
  static final int FIELDS_MAX = 200;

  /** The largest head of an answer by HTTP/2, in bytes. */
  static final int HEAD_BYTES_MAX = 256 << 10;

  /**
   * Buffers of a connection, in bytes. There are three, so thousands of hanging sites cost little.
   */
  private static final int BUFFER_BYTES = 4 << 10;

  private static final int EMPTY_LINES_MAX = 10;
  private static final int H2_WINDOW_BYTES = 1 << 20;

  /** Returns the next loop of a kind, in turn. */
  Loop loop(boolean isTls) {
    return (isTls ? tlsLoops : plainLoops).next();
  }

  Stream<Loop> loops() {
    return Stream.concat(plainLoops.all(), tlsLoops.all());
  }

  /**
   * Returns what reads and writes HTTP/1.1. The server closes, so a connection always stays open.
   */
  static ClientHttp1StreamDuplexerFactory http1Factory() {
    Http1Config config =
        Http1Config.custom()
            .setBufferSize(BUFFER_BYTES)
            .setMaxLineLength(LINE_BYTES_MAX)
            .setMaxHeaderCount(FIELDS_MAX)
            .setMaxEmptyLineCount(EMPTY_LINES_MAX)
            .setInitialWindowSize(Integer.MAX_VALUE)
            .setWaitForContinueTimeout(Timeout.ofSeconds(1))
            .build();
    return new ClientHttp1StreamDuplexerFactory(
        nothingAdded(), config, CharCodingConfig.DEFAULT, (_, _, _) -> true, null, null, null);
  }

  /** Returns what reads and writes HTTP/2. */
  static ClientH2StreamMultiplexerFactory http2Factory() {
    H2Config config =
        H2Config.custom()
            .setPushEnabled(false)
            .setMaxConcurrentStreams(1)
            .setInitialWindowSize(H2_WINDOW_BYTES)
            .setMaxHeaderListSize(HEAD_BYTES_MAX)
            .build();
    return new ClientH2StreamMultiplexerFactory(
        nothingAdded(), null, config, CharCodingConfig.DEFAULT, null);
  }

  /** The request is complete as it is. */
  private static HttpProcessor nothingAdded() {
    return new DefaultHttpProcessor(new HttpRequestInterceptor[0]);
  }
}
