package dev.holdfast.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The request line and the header lines that a server gets, as on the wire.
 *
 * @param lines the lines without their ends, the request line first
 */
public record RequestHead(List<String> lines) {
  public String startLine() {
    return lines.getFirst();
  }

  /** Returns all values of a header, in order. */
  public List<String> values(String name) {
    var prefix = name.toLowerCase(Locale.ROOT) + ":";
    return lines.stream()
        .skip(1)
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
        .map(line -> line.substring(prefix.length()).strip())
        .toList();
  }

  public boolean has(String name) {
    return !values(name).isEmpty();
  }

  /**
   * Reads up to the empty line that ends a head.
   *
   * @throws EOFException if the connection ends before that
   */
  public static RequestHead read(InputStream in) throws IOException {
    var lines = new ArrayList<String>();
    for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
      lines.add(line);
    }
    return new RequestHead(List.copyOf(lines));
  }

  /** Reads the body that this head announces, or returns an empty one if it announces none. */
  public byte[] readBody(InputStream in) throws IOException {
    if (has("Transfer-Encoding")) {
      var body = new ByteArrayOutputStream();
      for (byte[] chunk = readChunk(in); chunk.length > 0; chunk = readChunk(in)) {
        body.writeBytes(chunk);
      }
      return body.toByteArray();
    }
    return has("Content-Length")
        ? in.readNBytes(Integer.parseInt(values("Content-Length").getFirst()))
        : new byte[0];
  }

  /** Returns the next chunk of a chunked body, or an empty one for the last. */
  public static byte[] readChunk(InputStream in) throws IOException {
    byte[] chunk = in.readNBytes(Integer.parseInt(readLine(in), 16));
    readLine(in);
    return chunk;
  }

  private static String readLine(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the connection ended after " + line.toString(ISO_8859_1));
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(ISO_8859_1);
  }
}
