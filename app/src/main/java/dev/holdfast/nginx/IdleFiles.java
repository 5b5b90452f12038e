package dev.holdfast.nginx;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * Has nginx close files that it keeps open and that nobody asks for any more: a deleted one holds
 * its bytes until then. nginx closes some with each file that it opens, and an idle nginx opens
 * none. The request here makes it open one of its own, several times ({@code location = /_idle} of
 * nginx.conf). It is not in the access log.
 */
final class IdleFiles {
  /** The target of the request. */
  static final String TARGET = "/_idle";

  /** How often the request is sent, in milliseconds: as often as Compose checks nginx's health. */
  static final long EVERY_MS = 5_000;

  private static final int TIMEOUT_MS = 1_000;

  private final NginxConfig.Listen listen;

  IdleFiles(NginxConfig.Listen listen) {
    this.listen = listen;
  }

  /**
   * Sends the request and reads the answer.
   *
   * @throws IOException if nginx does not answer within a second; nothing is lost then but time
   */
  void close() throws IOException {
    try (var socket = new Socket()) {
      // nginx answers others 404.
      socket.bind(new InetSocketAddress(listen.localAddress(), 0));
      socket.connect(new InetSocketAddress(listen.localAddress(), listen.port()), TIMEOUT_MS);
      socket.setSoTimeout(TIMEOUT_MS);
      socket.getOutputStream().write(("GET " + TARGET + " HTTP/1.0\r\n\r\n").getBytes(US_ASCII));
      socket.getInputStream().readAllBytes();
    }
  }
}
