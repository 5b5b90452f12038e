package dev.holdfast.cas;

import dev.holdfast.files.FileService;
import dev.holdfast.http.RequestId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;

/**
 * Asks the sidecar that owns a blob, and nobody else: one hop, without retries.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Peers {
  private static final int CONNECT_TIMEOUT_MS = 2_000;

  /** The other one may wait for its file server, and then for its disk. */
  private static final int READ_TIMEOUT_MS = 60_000;

  private static final int ANSWER_BYTES_MAX = 64 * 1024;

  /** What a peer said. */
  sealed interface Said {
    /** It has it now, or had it before. */
    record Yes() implements Said {}

    /** It has it not, or not in order. */
    record No() implements Said {}

    /** It does not know, did not take it, or did not answer. */
    record Nothing(String detail) implements Said {}
  }

  /** Hands a blob over. */
  Said put(String peer, Digest digest, long size, InputStream bytes) {
    try {
      HttpURLConnection ask = open(peer, digest, "PUT");
      ask.setDoOutput(true);
      ask.setFixedLengthStreamingMode(size);
      try (OutputStream out = ask.getOutputStream()) {
        bytes.transferTo(out);
      }
      return said(peer, ask);
    } catch (IOException e) {
      return new Said.Nothing("sidecar " + peer + ": " + e.getMessage());
    }
  }

  /** Whether a peer has a blob; it asks its file server if need be. */
  Said has(String peer, Digest digest) {
    try {
      return said(peer, open(peer, digest, "HEAD"));
    } catch (IOException e) {
      return new Said.Nothing("sidecar " + peer + ": " + e.getMessage());
    }
  }

  /** Has a blob of a peer read; false if there is none to be had. */
  boolean get(String peer, Digest digest, FileService.Reader reader) throws IOException {
    HttpURLConnection ask = open(peer, digest, "GET");
    try {
      boolean found = said(peer, ask) instanceof Said.Yes && ask.getContentLengthLong() >= 0;
      if (found) {
        reader.read(ask.getInputStream(), ask.getContentLengthLong());
      }
      return found;
    } finally {
      ask.disconnect();
    }
  }

  private static HttpURLConnection open(String peer, Digest digest, String method)
      throws IOException {
    var ask =
        (HttpURLConnection)
            URI.create("http://" + peer + CasRoutes.PATH + digest.hex())
                .toURL()
                .openConnection(Proxy.NO_PROXY);
    ask.setRequestMethod(method);
    ask.setConnectTimeout(CONNECT_TIMEOUT_MS);
    ask.setReadTimeout(READ_TIMEOUT_MS);
    ask.setInstanceFollowRedirects(false);
    ask.setUseCaches(false);
    // A kept connection that the other one has just closed would fail a hop for nothing.
    ask.setRequestProperty("Connection", "close");
    RequestId.current().ifPresent(id -> ask.setRequestProperty(RequestId.HEADER, id));
    return ask;
  }

  private static Said said(String peer, HttpURLConnection ask) throws IOException {
    return switch (ask.getResponseCode()) {
      case HttpURLConnection.HTTP_OK, HttpURLConnection.HTTP_CREATED -> new Said.Yes();
      case HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_BAD_GATEWAY -> new Said.No();
      default -> new Said.Nothing(refusal(peer, ask));
    };
  }

  private static String refusal(String peer, HttpURLConnection ask) throws IOException {
    try (InputStream body = ask.getErrorStream()) {
      String text =
          body == null
              ? ""
              : new String(
                  body.readNBytes(ANSWER_BYTES_MAX), java.nio.charset.StandardCharsets.UTF_8);
      return "sidecar " + peer + " answers " + ask.getResponseCode() + " " + text;
    }
  }
}
