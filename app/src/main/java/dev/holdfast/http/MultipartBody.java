package dev.holdfast.http;

import dev.holdfast.streams.BoundedStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A body of type {@code multipart/form-data} (RFC 7578), part by part as it comes, without files in
 * between.
 *
 * <p>Not by Jetty's parser (12.1.12), which changes bytes of a part where a line end that looks
 * like the beginning of a boundary is cut by the end of a chunk.
 *
 * <p>Threading: for one thread at a time.
 */
public final class MultipartBody {
  private static final String TYPE = "multipart/form-data";
  private static final int BOUNDARY_MAX = 70; // RFC 2046, 5.1.1
  private static final int PART_HEADER_BYTES_MAX = 8 * 1024;

  private MultipartBody() {}

  /** Takes the parts, one after the other. */
  public interface Parts {
    /** A part begins. */
    void begin(String name, Optional<String> fileName) throws IOException;

    /** The next bytes of the part, which must not be kept. */
    void write(byte[] bytes, int offset, int length) throws IOException;
  }

  /** Returns true if a Content-Type field says that the body is one; null is no field. */
  public static boolean isOne(String contentType) {
    return contentType != null
        && contentType.strip().toLowerCase(Locale.ROOT).matches(TYPE + "\\s*(?:;.*)?");
  }

  /**
   * Reads a body to its end.
   *
   * @param partsMax the most parts, 1 or more
   * @param bytesMax the longest body
   * @throws ProblemException 400 if it is malformed or not whole, or has no part, or a part has no
   *     name, or a name that is a path, or a header that is too long; 413 if there are too many
   *     parts or bytes. What the parts throw goes through
   */
  public static void read(
      String contentType, InputStream body, int partsMax, long bytesMax, Parts parts)
      throws IOException {
    String boundary = parameters(contentType).getOrDefault("boundary", "");
    if (boundary.isEmpty() || boundary.length() > BOUNDARY_MAX) {
      throw malformed("its Content-Type names no boundary of 1 to " + BOUNDARY_MAX + " characters");
    }
    InputStream bounded =
        BoundedStream.atMost(body, bytesMax, () -> RequestBody.tooLarge(bytesMax));
    try {
      read(new MultipartReader(bounded, boundary), partsMax, parts);
    } catch (MultipartReader.MalformedException e) {
      throw malformed(e.getMessage());
    }
    // Reads and ignores the epilogue (RFC 2046, 5.1.1).
    bounded.transferTo(OutputStream.nullOutputStream());
  }

  private static void read(MultipartReader reader, int partsMax, Parts parts) throws IOException {
    int count = 0;
    for (boolean more = reader.skipPreamble(); more; more = reader.copyBody(new To(parts))) {
      if (++count > partsMax) {
        throw Problem.of(413, "the body has more than " + partsMax + " parts; nothing was changed")
            .asException();
      }
      begin(headers(reader.readHeader(PART_HEADER_BYTES_MAX)), parts);
    }
    if (count == 0) {
      throw malformed("it has no part");
    }
  }

  /** Reads the lines of a header; one that begins with a blank goes on with the one before it. */
  private static Map<String, String> headers(String text) {
    var headers = new HashMap<String, String>();
    for (String line : text.replaceAll("\\r\\n[ \\t]+", " ").split("\\r\\n", -1)) {
      int colon = line.indexOf(':');
      if (line.isEmpty()) {
        continue;
      }
      if (colon < 1) {
        throw malformed("a part has a header line without a name");
      }
      String name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
      if (headers.put(name, line.substring(colon + 1).strip()) != null) {
        throw malformed("a part has the header " + name + " twice");
      }
    }
    return headers;
  }

  private static void begin(Map<String, String> headers, Parts parts) throws IOException {
    String disposition = headers.getOrDefault("content-disposition", "");
    Map<String, String> parameters = parameters(disposition);
    String name = parameters.getOrDefault("name", "");
    String type = disposition.split(";", 2)[0].strip();
    if (!type.equalsIgnoreCase("form-data") || name.isBlank()) {
      throw malformed("a part has no name");
    }
    String coding = headers.getOrDefault("content-transfer-encoding", "binary");
    if (!coding.toLowerCase(Locale.ROOT).matches("binary|8bit|7bit")
        || headers.containsKey("content-encoding")) {
      throw malformed("a part is encoded");
    }
    requireNoPath(name);
    parameters.values().forEach(MultipartBody::requireNoControls);
    // A file name is echoed and never a path here: a client may send the one that it has.
    parts.begin(name, Optional.ofNullable(parameters.get("filename")));
  }

  private static Map<String, String> parameters(String field) {
    return FieldParameters.of(field).orElseThrow(() -> malformed("a quote in a header has no end"));
  }

  private static void requireNoPath(String name) {
    if (name.contains("/") || name.contains("\\") || name.equals(".") || name.equals("..")) {
      throw malformed("the name of a part is a path");
    }
  }

  private static void requireNoControls(String value) {
    if (value.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw malformed("the name of a part, or of its file, has control characters");
    }
  }

  private static ProblemException malformed(String why) {
    return Problem.of(400, "the body is not " + TYPE + ": " + why + "; nothing was changed")
        .asException();
  }

  /** A part, as what is written. */
  private static final class To extends OutputStream {
    private final Parts parts;

    To(Parts parts) {
      this.parts = parts;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      parts.write(bytes, offset, length);
    }
  }
}
