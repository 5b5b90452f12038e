package dev.holdfast.testkit.farm;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The other side of one connection, and what is seen of it. For one thread. */
public final class Caller {
  private static final int HEAD_BYTES_MAX = 64 << 10;
  private static final int BUFFER_BYTES = 512;
  private static final String END = "\r\n\r\n";
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");

  private final Socket socket;
  private final CountDownLatch closing;
  private final long acceptedNanos;
  private final long securedNanos;
  private final boolean isResumed;
  private InputStream in = InputStream.nullInputStream();
  private String head = "";
  private String body = "";
  private long askedNanos;
  private long firstByteNanos;
  private long sentBytes;

  Caller(
      Socket socket,
      CountDownLatch closing,
      long acceptedNanos,
      long securedNanos,
      boolean isResumed) {
    this.socket = socket;
    this.closing = closing;
    this.acceptedNanos = acceptedNanos;
    this.securedNanos = securedNanos;
    this.isResumed = isResumed;
  }

  /**
   * Reads the next request with its body. The farm has read the first one.
   *
   * @throws EOFException if the client has left
   */
  public void readRequest() throws IOException {
    if (askedNanos == 0) {
      in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
    }
    var read = new StringBuilder(BUFFER_BYTES);
    while (read.indexOf(END, read.length() - END.length()) < 0) {
      int b = in.read();
      if (b < 0 || read.length() > HEAD_BYTES_MAX) {
        throw new EOFException("no request");
      }
      read.append((char) b);
    }
    head = read.toString();
    Matcher length = LENGTH.matcher(head);
    int bytes = length.find() ? Integer.parseInt(length.group(1)) : 0;
    body = new String(in.readNBytes(bytes), StandardCharsets.ISO_8859_1);
    askedNanos = System.nanoTime();
  }

  /** Returns the path that was asked for, with its query. */
  public String path() {
    return head.split(" ", 3)[1];
  }

  /** Returns the head of the request. */
  public String head() {
    return head;
  }

  /** Sends bytes, one for each character. */
  public void send(String bytes) throws IOException {
    send(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  public void send(byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
    if (firstByteNanos == 0) {
      firstByteNanos = System.nanoTime();
    }
    sentBytes += bytes.length;
  }

  /**
   * Lets time pass.
   *
   * @throws EOFException if the farm is closed meanwhile
   */
  public void pause(long ms) throws IOException, InterruptedException {
    if (closing.await(ms, TimeUnit.MILLISECONDS)) {
      throw new EOFException("the farm is closed");
    }
  }

  /** Says nothing until the client leaves. */
  public void hang() throws IOException {
    while (in.read() >= 0) {
      // What comes is not read as anything.
    }
  }

  /** Resets the connection: what was not delivered yet is lost. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  Socket socket() {
    return socket;
  }

  Seen seen(String site) {
    return new Seen(
        site,
        head,
        body,
        acceptedNanos,
        securedNanos,
        askedNanos,
        firstByteNanos,
        System.nanoTime(),
        sentBytes,
        isResumed);
  }
}
