package dev.holdfast.watcher.probe;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequestInterceptor;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.config.CharCodingConfig;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.BasicHttpTransportMetrics;
import org.apache.hc.core5.http.impl.nio.ClientHttp1IOEventHandler;
import org.apache.hc.core5.http.impl.nio.ClientHttp1StreamDuplexer;
import org.apache.hc.core5.http.impl.nio.DefaultHttpRequestWriterFactory;
import org.apache.hc.core5.http.impl.nio.DefaultHttpResponseParserFactory;
import org.apache.hc.core5.http.nio.ContentDecoder;
import org.apache.hc.core5.http.nio.NHttpMessageParser;
import org.apache.hc.core5.http.nio.SessionInputBuffer;
import org.apache.hc.core5.http.protocol.DefaultHttpProcessor;
import org.apache.hc.core5.http.protocol.HttpProcessor;
import org.apache.hc.core5.reactor.ProtocolIOSession;
import org.apache.hc.core5.util.Timeout;

/**
 * HTTP/1.1 on one connection, as HttpCore writes and reads it. The lines that it keeps take the
 * room of the answer that they are of. The server closes, so a connection always stays open.
 *
 * <p>Threading: the loop's thread.
 */
final class Http1Connection extends ClientHttp1IOEventHandler {
  /**
   * Buffers of a connection, in bytes. There are three, so thousands of hanging sites cost little.
   */
  private static final int BUFFER_BYTES = 4 << 10;

  private static final int EMPTY_LINES_MAX = 10;

  private static final Http1Config CONFIG =
      Http1Config.custom()
          .setBufferSize(BUFFER_BYTES)
          .setMaxLineLength(Wires.LINE_BYTES_MAX)
          .setMaxHeaderCount(Wires.FIELDS_MAX)
          .setMaxEmptyLineCount(EMPTY_LINES_MAX)
          .setInitialWindowSize(Integer.MAX_VALUE)
          .setWaitForContinueTimeout(Timeout.ofSeconds(1))
          .build();

  /** The request is complete as it is. */
  static final HttpProcessor NOTHING_ADDED =
      new DefaultHttpProcessor(new HttpRequestInterceptor[0]);

  private static final DefaultHttpResponseParserFactory PARSERS =
      new DefaultHttpResponseParserFactory(CONFIG);
  private static final DefaultHttpRequestWriterFactory WRITERS =
      new DefaultHttpRequestWriterFactory(CONFIG);

  private final AnswerLines lines;

  private Http1Connection(ProtocolIOSession session, AnswerLines lines) {
    super(new Duplexer(session, lines));
    this.lines = lines;
  }

  /** Returns HTTP/1.1 on a connection whose first answer goes into a store. */
  static Http1Connection of(ProtocolIOSession session, BodyStore answer) {
    return new Http1Connection(session, new AnswerLines(answer));
  }

  /** The next answer goes into another store. */
  void begin(BodyStore answer) {
    lines.begin(answer);
  }

  private static final class Duplexer extends ClientHttp1StreamDuplexer {
    private final AnswerLines lines;

    Duplexer(ProtocolIOSession session, AnswerLines lines) {
      super(
          session,
          NOTHING_ADDED,
          CONFIG,
          CharCodingConfig.DEFAULT,
          (_, _, _) -> true,
          new HeadParser(PARSERS.create(), lines),
          WRITERS.create(),
          null,
          null,
          null);
      this.lines = lines;
    }

    @Override
    protected ContentDecoder createContentDecoder(
        long length,
        ReadableByteChannel channel,
        SessionInputBuffer buffer,
        BasicHttpTransportMetrics metrics)
        throws HttpException {
      return super.createContentDecoder(length, channel, lines.counted(buffer), metrics);
    }
  }

  private record HeadParser(NHttpMessageParser<HttpResponse> parser, AnswerLines lines)
      implements NHttpMessageParser<HttpResponse> {
    @Override
    public void reset() {
      parser.reset();
    }

    @Override
    public HttpResponse parse(SessionInputBuffer buffer, boolean isEnd)
        throws IOException, HttpException {
      HttpResponse head = parser.parse(lines.counted(buffer), isEnd);
      if (head != null) {
        lines.headed();
      }
      return head;
    }
  }
}
