package dev.holdfast.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports to listen on that stay free while nobody listens: they lie below those that a kernel gives
 * to outgoing connections, one of which would else take the port of a process that is restarted.
 */
final class FreePorts {
  private static final int FIRST = 12_000;
  private static final int END = 32_000;

  private FreePorts() {}

  /** So many different ports that were free just now. */
  static List<Integer> take(int count) throws IOException {
    var ports = new ArrayList<Integer>();
    var held = new ArrayList<ServerSocket>();
    try {
      while (ports.size() < count) {
        int port = ThreadLocalRandom.current().nextInt(FIRST, END);
        try {
          held.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
          ports.add(port);
        } catch (java.net.BindException taken) {
          // Another one, then.
        }
      }
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
    return List.copyOf(ports);
  }
}
