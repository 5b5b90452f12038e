package dev.holdfast.http;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Checks that a port is free, for programs that are slow or verbose in telling. */
public final class Ports {
  private Ports() {}

  /**
   * Refuses a port that is taken now.
   *
   * @param port 0 to 65535; 0 is never taken
   * @throws BindException if the port is taken or the address is not of this machine; the message
   *     is one line
   */
  public static void requireFree(String host, int port) throws IOException {
    var address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw taken(host, port, "unknown address", null);
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address);
    } catch (BindException e) {
      throw taken(host, port, e.getMessage(), e);
    }
  }

  private static BindException taken(String host, int port, String reason, BindException cause) {
    var taken = new BindException("cannot listen on " + host + ":" + port + ": " + reason);
    taken.initCause(cause);
    return taken;
  }
}
