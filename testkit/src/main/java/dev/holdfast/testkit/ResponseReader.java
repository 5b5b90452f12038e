package dev.holdfast.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes responses off a connection, by the rules of RFC 9112, section 6. */
final class ResponseReader {
  private static final Pattern STATUS_LINE = Pattern.compile("(HTTP/1\\.[01]) (\\d{3})( .*)?");
  private static final int LINE_BYTES_MAX = 64 * 1024;
  private static final int HEADERS_MAX = 1_000;

  private final InputStream in;
  private boolean readToClose;

  ResponseReader(InputStream in) {
    this.in = new BufferedInputStream(in);
  }

  /** Returns the next status line and headers. */
  RawResponse head() throws IOException {
    String line = line();
    Matcher status = STATUS_LINE.matcher(line);
    if (!status.matches()) {
      throw new ProtocolException("no status line: " + line);
    }
    return new RawResponse(
        status.group(1), Integer.parseInt(status.group(2)), headers(), new byte[0]);
  }

  /** Returns the body that belongs to this head. */
  RawResponse body(RawResponse head, boolean ofHeadRequest) throws IOException {
    if (ofHeadRequest || head.isInterim() || head.status() == 204 || head.status() == 304) {
      return head;
    }
    if (head.hasToken("Transfer-Encoding", "chunked")) {
      return head.withBody(chunks());
    }
    if (head.header("Content-Length").isPresent()) {
      return head.withBody(exactly(contentLength(head)));
    }
    readToClose = true;
    return head.withBody(in.readAllBytes());
  }

  /** Returns true if a response ended with the connection. */
  boolean hasReadToClose() {
    return readToClose;
  }

  /** Returns exactly so many bytes, as they come. */
  byte[] exactly(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("connection ended after " + bytes.length + " of " + count + " bytes");
    }
    return bytes;
  }

  /** Returns all bytes until the peer ends the connection. */
  byte[] toEnd() throws IOException {
    return in.readAllBytes();
  }

  /**
   * Waits for a byte or the end of the connection. Returns true if the peer ended it and nothing is
   * left to read.
   */
  boolean isAtEnd() throws IOException {
    in.mark(1);
    boolean end = in.read() < 0;
    if (!end) {
      in.reset();
    }
    return end;
  }

  private static int contentLength(RawResponse head) throws IOException {
    List<String> lengths = head.headers("Content-Length");
    try {
      if (lengths.size() == 1) {
        return Integer.parseUnsignedInt(lengths.getFirst());
      }
    } catch (NumberFormatException e) {
      throw badLength(lengths, e);
    }
    throw badLength(lengths, null);
  }

  private static ProtocolException badLength(List<String> lengths, Exception cause) {
    ProtocolException bad = new ProtocolException("bad Content-Length: " + lengths);
    bad.initCause(cause);
    return bad;
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int size = chunkSize();
    while (size > 0) {
      body.writeBytes(exactly(size));
      if (!line().isEmpty()) {
        throw new ProtocolException("a chunk is longer than it said");
      }
      size = chunkSize();
    }
    headers(); // the trailers
    return body.toByteArray();
  }

  private int chunkSize() throws IOException {
    String line = line();
    String size = line.split(";", 2)[0].strip();
    try {
      return Integer.parseInt(size, 16);
    } catch (NumberFormatException e) {
      ProtocolException bad = new ProtocolException("bad chunk size: " + line);
      bad.initCause(e);
      throw bad;
    }
  }

  private List<RawResponse.Header> headers() throws IOException {
    List<RawResponse.Header> headers = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon < 1 || headers.size() == HEADERS_MAX) {
        throw new ProtocolException("bad header, or one too many: " + line);
      }
      headers.add(
          new RawResponse.Header(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
    return headers;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("connection ended, at: " + line.toString(ISO_8859_1));
      }
      if (line.size() == LINE_BYTES_MAX) {
        throw new ProtocolException("line too long");
      }
      line.write(b);
    }
    String text = line.toString(ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
