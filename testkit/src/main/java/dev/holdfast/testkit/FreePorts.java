package dev.holdfast.testkit;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports to listen on that stay free while nobody listens. They are below the ports that a kernel
 * gives to outgoing connections, so that none of these takes the port of a process that is
 * restarted. JVMs that run tests side by side have ports of their own, for the same reason. The
 * number of each JVM is in {@code holdfast.fork}, from 1 on.
 */
public final class FreePorts {
  /** As many as run the tests of the app, and those of another module beside it. */
  private static final int FORKS_MAX = 8;

  private static final int PORTS = 2_500;
  private static final int FIRST = 12_000 + (fork() - 1) * PORTS;

  /**
   * Counts the given ports, from a random start. A port is given again only after all others, so
   * that a short-lived leftover of an earlier test cannot take it.
   */
  private static final AtomicInteger next =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

  private FreePorts() {}

  private static int fork() {
    return fork(System.getProperty("holdfast.fork", "1"));
  }

  /**
   * Returns the number of a JVM.
   *
   * @throws IllegalStateException if it is none: JVMs side by side would share ports
   */
  static int fork(String number) {
    if (!number.matches("[1-9]") || Integer.parseInt(number) > FORKS_MAX) {
      throw new IllegalStateException(
          "holdfast.fork must be 1 to " + FORKS_MAX + ", not \"" + number + "\"");
    }
    return Integer.parseInt(number);
  }

  /** Returns a port that was free just now. */
  public static int one() throws IOException {
    return take(1).getFirst();
  }

  /** Returns the first of so many ports in a row that were free just now. */
  public static int inARow(int count) throws IOException {
    while (true) {
      int first = FIRST + Math.floorMod(next.getAndAdd(count), PORTS - count);
      var held = new ArrayList<ServerSocket>();
      try {
        for (int port = first; port < first + count; port++) {
          held.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        }
        return first;
      } catch (BindException taken) {
        // Not free: tries the next ones.
      } finally {
        for (ServerSocket socket : held) {
          socket.close();
        }
      }
    }
  }

  /** Returns so many different ports that were free just now. */
  public static List<Integer> take(int count) throws IOException {
    var ports = new ArrayList<Integer>();
    var held = new ArrayList<ServerSocket>();
    try {
      while (ports.size() < count) {
        int port = FIRST + Math.floorMod(next.getAndIncrement(), PORTS);
        try {
          held.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
          ports.add(port);
        } catch (BindException taken) {
          // Not free: tries the next one.
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
