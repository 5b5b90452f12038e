package dev.holdfast.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.internal.HttpConnection;

/**
 * Makes connections that keep every byte of a request's target. RFC 3986 wants a byte from 0x80 on
 * percent-encoded, and many clients send it as it is. Here it reaches the handlers percent-encoded.
 *
 * <p>Jetty (12.1.12) reads the target as UTF-8 and replaces other bytes by one character, U+FFFD.
 * So different targets would become the same. Only its parser gives access to the bytes.
 */
final class ExactTargets extends HttpConnectionFactory {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  ExactTargets(HttpConfiguration config) {
    super(config);
  }

  @Override
  public Connection newConnection(Connector connector, EndPoint endPoint) {
    var connection = new ExactConnection(getHttpConfiguration(), connector, endPoint);
    connection.setTransferEncodingChunkMaxLength(getTransferEncodingChunkMaxLength());
    return configure(connection, connector, endPoint);
  }

  private static final class ExactConnection extends HttpConnection {
    /** The constructor of the superclass sets this, through {@link #newRequestHandler}. */
    private HttpConnection.RequestHandler handler;

    ExactConnection(HttpConfiguration config, Connector connector, EndPoint endPoint) {
      super(config, connector, endPoint);
    }

    @Override
    protected HttpConnection.RequestHandler newRequestHandler() {
      handler = super.newRequestHandler();
      return handler;
    }

    @Override
    protected HttpParser newHttpParser(HttpCompliance compliance) {
      HttpConfiguration config = getHttpConfiguration();
      var parser = new LineKeeper(handler, config.getRequestHeaderSize(), compliance);
      parser.setHeaderCacheSize(config.getHeaderCacheSize());
      parser.setHeaderCacheCaseSensitive(config.isHeaderCacheCaseSensitive());
      return parser;
    }

    @Override
    protected HttpStreamOverHTTP1 newHttpStream(String method, String target, HttpVersion version) {
      boolean exact = target == null || isAscii(target);
      return super.newHttpStream(
          method, exact ? target : ((LineKeeper) getParser()).target(), version);
    }

    private static boolean isAscii(String target) {
      for (int i = 0; i < target.length(); i++) {
        if (target.charAt(i) >= 0x80) {
          return false;
        }
      }
      return true;
    }
  }

  /** A parser that keeps the bytes of the request line. */
  private static final class LineKeeper extends HttpParser {
    /**
     * The bytes of the line in earlier buffers. The parser bounds them, since they are a part of
     * the header.
     */
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream(0);

    /** The buffer that is being parsed. */
    private ByteBuffer buffer;

    /** The index in the buffer where the line, or the rest of it, begins. */
    private int from;

    LineKeeper(HttpParser.RequestHandler handler, int headerBytesMax, HttpCompliance compliance) {
      super(handler, headerBytesMax, compliance);
    }

    @Override
    public boolean parseNext(ByteBuffer next) {
      if (!isInRequestLine()) {
        return super.parseNext(next);
      }
      if (isStart()) {
        begun.reset();
      }
      buffer = next;
      from = next.position();
      boolean handle = super.parseNext(next);
      if (isInRequestLine()) {
        keepParsed();
      }
      buffer = null;
      return handle;
    }

    /**
     * Returns the target of the line that was parsed last, with bytes from 0x80 on percent-encoded.
     */
    String target() {
      keepParsed();
      var line = begun.toString(StandardCharsets.ISO_8859_1);
      int begin = skip(line, skip(line, 0, "\r\n", true), " ", false); // behind the method
      begin = skip(line, begin, " ", true);
      return encoded(line, begin, skip(line, begin, " \r\n", false));
    }

    private boolean isInRequestLine() {
      return getState().compareTo(State.HEADER) < 0;
    }

    private void keepParsed() {
      for (int i = from; i < buffer.position(); i++) {
        begun.write(buffer.get(i));
      }
      from = buffer.position();
    }

    /**
     * Returns the first index, from the given one on, of a character that is not one of some, or
     * that is.
     */
    private static int skip(String line, int from, String some, boolean overThem) {
      int i = from;
      while (i < line.length() && overThem == some.indexOf(line.charAt(i)) >= 0) {
        i++;
      }
      return i;
    }

    private static String encoded(String line, int begin, int end) {
      var target = new StringBuilder(end - begin + 32);
      for (int i = begin; i < end; i++) {
        char c = line.charAt(i);
        if (c < 0x80) {
          target.append(c);
        } else {
          target.append('%').append(HEX.toHexDigits((byte) c));
        }
      }
      return target.toString();
    }
  }
}
