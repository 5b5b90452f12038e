package dev.holdfast.testkit.farm;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/** Scripts of sites. */
public final class Sites {
  /** How long a body without an end is, as its head says: 10 GB. */
  public static final long ENDLESS_BYTES = 10_000_000_000L;

  private static final int CHUNK_BYTES = 64 << 10;

  private Sites() {}

  /** Returns a head and a body as one text, with its length and {@code Connection: close}. */
  public static String answer(int status, String fields, String body) {
    return "HTTP/1.1 "
        + status
        + " Word\r\nConnection: close\r\n"
        + fields
        + "Content-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  /** Answers 200 with a page. */
  public static Site page(String body) {
    return caller -> caller.send(answer(200, "Content-Type: text/html\r\n", body));
  }

  /** Answers with a status, and a short body if the status may have one. */
  public static Site status(int status, String fields) {
    boolean isBare = status == 204 || status == 304;
    return caller ->
        caller.send(
            isBare
                ? "HTTP/1.1 " + status + " Word\r\nConnection: close\r\n" + fields + "\r\n"
                : answer(status, fields, "status " + status));
  }

  /** Waits, and then answers. */
  public static Site delayed(long ms, Site then) {
    return caller -> {
      caller.pause(ms);
      then.serve(caller);
    };
  }

  /** Sends a head, and then a byte of the body now and then. */
  public static Site dripping(long everyMs) {
    return caller -> {
      caller.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n");
      for (int i = 0; i < 1000; i++) {
        caller.send("x");
        caller.pause(everyMs);
      }
    };
  }

  /** Sends a head and nothing of the body. */
  public static Site headAlone() {
    return caller -> {
      caller.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1000\r\n\r\nx");
      caller.hang();
    };
  }

  /** Says nothing. */
  public static Site silent() {
    return Caller::hang;
  }

  /** Resets the connection after half the body. */
  public static Site cut() {
    return caller -> {
      caller.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + "x".repeat(500));
      caller.reset();
    };
  }

  /** Ends the connection before the length that the head says. */
  public static Site tooLongLength() {
    return caller -> caller.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
  }

  /** Sends more than the length that the head says. */
  public static Site tooShortLength() {
    return caller -> caller.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhalf and more");
  }

  /** Ends a body in chunks without the last one. */
  public static Site cutChunks() {
    return caller ->
        caller.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
  }

  /** A body in chunks. */
  public static Site chunks(String... chunks) {
    return caller -> {
      caller.send("HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (String chunk : chunks) {
        caller.send(Integer.toHexString(chunk.length()) + "\r\n" + chunk + "\r\n");
      }
      caller.send("0\r\n\r\n");
    };
  }

  /** A body that ends with the connection. */
  public static Site withoutLength(String body) {
    return caller -> caller.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body);
  }

  /** Ends the connection without an answer. */
  public static Site nothing() {
    return caller -> {};
  }

  /** Redirects. */
  public static Site redirect(int status, String location) {
    return status(status, "Location: " + location + "\r\n");
  }

  /** Sends a page by gzip. */
  public static Site gzip(byte[] page) {
    byte[] packed = gzipped(page);
    return caller -> {
      caller.send(
          "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: gzip\r\nContent-Length: "
              + packed.length
              + "\r\n\r\n");
      caller.send(packed);
    };
  }

  /** Sends a page by deflate, with the frame of zlib. */
  public static Site deflate(byte[] page) {
    var packed = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(packed)) {
      out.write(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return caller -> {
      caller.send(
          "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: deflate\r\nContent-Length: "
              + packed.size()
              + "\r\n\r\n");
      caller.send(packed.toByteArray());
    };
  }

  /** Sends zeros by gzip: so many MB that take a thousandth of it on the way. */
  public static Site bomb(int megabytes) {
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < megabytes; i++) {
        out.write(zeros);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return caller -> {
      caller.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: gzip\r\n");
      caller.send("Content-Length: " + packed.size() + "\r\n\r\n");
      caller.send(packed.toByteArray());
    };
  }

  /** Says that a body is by gzip, and sends something else. */
  public static Site noGzip() {
    return caller -> caller.send(answer(200, "Content-Encoding: gzip\r\n", "this is no gzip"));
  }

  /** Sends fields without an end. */
  public static Site endlessFields() {
    return caller -> {
      caller.send("HTTP/1.1 200 OK\r\n");
      for (int i = 0; ; i++) {
        caller.send("X-Field-" + i + ": " + "v".repeat(100) + "\r\n");
      }
    };
  }

  /**
   * Sends so many fields of a length, and then nothing: no end of the head, nor of the last line.
   */
  public static Site halfHead(int fields, int length) {
    return caller -> {
      caller.send("HTTP/1.1 200 OK\r\n" + fields(fields, length) + "X: " + "v".repeat(length));
      caller.hang();
    };
  }

  /** Returns so many fields with values of a length. */
  public static String fields(int fields, int length) {
    return ("X: " + "v".repeat(length) + "\r\n").repeat(fields);
  }

  /** Sends one line without an end. */
  public static Site endlessLine() {
    return caller -> {
      caller.send("HTTP/1.1 200 OK\r\nX: ");
      while (true) {
        caller.send("v".repeat(1000));
      }
    };
  }

  /** Sends interim answers without an end. */
  public static Site endlessInterim() {
    return caller -> {
      while (true) {
        caller.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
      }
    };
  }

  /** Sends an interim answer and then a page. */
  public static Site earlyHints(String body) {
    return caller -> {
      caller.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
      page(body).serve(caller);
    };
  }

  /** Answers something that is no HTTP. */
  public static Site garbage() {
    return caller -> caller.send("220 mail.example ESMTP\r\n250 hello\r\n\r\n");
  }

  /** Sends 10 GB, or as much as the client takes. */
  public static Site endlessBody() {
    return caller -> {
      caller.send("HTTP/1.1 200 OK\r\nContent-Length: " + ENDLESS_BYTES + "\r\n\r\n");
      byte[] chunk = new byte[CHUNK_BYTES];
      Arrays.fill(chunk, (byte) 'x');
      for (long sent = 0; sent < ENDLESS_BYTES; sent += chunk.length) {
        caller.send(chunk);
      }
    };
  }

  /** Sends a page in ISO-8859-1. */
  public static Site latin1(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
    return caller -> {
      caller.send(
          "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html; charset=ISO-8859-1\r\n"
              + "Content-Length: "
              + bytes.length
              + "\r\n\r\n");
      caller.send(bytes);
    };
  }

  /** Is up and down in turn, by the clock. */
  public static Site flapping(long periodMs) {
    Site up = page("up");
    Site down = status(503, "");
    long startNanos = System.nanoTime();
    return caller -> {
      long periods = (System.nanoTime() - startNanos) / (periodMs * 1_000_000);
      (periods % 2 == 0 ? up : down).serve(caller);
    };
  }

  /** Returns bytes packed by gzip. */
  public static byte[] gzipped(byte[] bytes) {
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }
}
