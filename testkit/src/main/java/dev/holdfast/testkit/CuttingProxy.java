package dev.holdfast.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A TCP proxy in front of one place, which passes bytes on as the {@link Links} let it. As on a
 * real network, a connection outlasts a cut that is silent, and what waited then arrives late. One
 * that begins in such a cut and is given up in it leaves nothing.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class CuttingProxy implements AutoCloseable {
  private static final int CHUNK_BYTES = 16 * 1024;
  private static final int BACKLOG = 256;

  private final Links links;
  private final int place;
  private final InetSocketAddress target;
  private final Source source;
  private final ServerSocket listener;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /** Tells where a connection comes from. */
  public interface Source {
    /** Returns the place, or empty if it is none: then the connection is reset. */
    OptionalInt of(Socket accepted) throws IOException;
  }

  /**
   * Starts a proxy.
   *
   * @param place the number of the target among the links
   * @param listen the address for those who want to reach the target
   * @throws IOException if it cannot listen there
   */
  public CuttingProxy(
      Links links, int place, InetSocketAddress listen, InetSocketAddress target, Source source)
      throws IOException {
    this.links = links;
    this.place = place;
    this.target = target;
    this.source = source;
    this.listener = new ServerSocket(listen.getPort(), BACKLOG, listen.getAddress());
    Future<?> _ = threads.submit(this::accept);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdownNow();
    open.forEach(CuttingProxy::reset);
  }

  private Void accept() throws IOException {
    while (true) {
      Socket accepted = listener.accept();
      open.add(accepted);
      Future<?> _ =
          threads.submit(
              () -> {
                try {
                  pass(accepted);
                } finally {
                  reset(accepted);
                  open.remove(accepted);
                }
                return null;
              });
    }
  }

  private void pass(Socket accepted) throws Exception {
    OptionalInt from = source.of(accepted);
    if (from.isEmpty()) {
      return;
    }
    Optional<byte[]> early =
        switch (links.passage(from.getAsInt(), place)) {
          case PASSED -> Optional.of(new byte[0]);
          case HELD_BACK -> early(accepted);
          case RESET -> Optional.empty();
        };
    if (early.isEmpty()) {
      return;
    }
    try (var onward = new Socket()) {
      open.add(onward);
      try {
        onward.connect(target);
        onward.getOutputStream().write(early.get());
        passBoth(from.getAsInt(), accepted, onward);
      } finally {
        reset(onward);
        open.remove(onward);
      }
    }
  }

  /** Returns what has come by now, or empty if the connection was given up. */
  private static Optional<byte[]> early(Socket accepted) throws IOException {
    var early = new ByteArrayOutputStream();
    var chunk = new byte[CHUNK_BYTES];
    accepted.setSoTimeout(1);
    try {
      for (int n = accepted.getInputStream().read(chunk);
          n >= 0;
          n = accepted.getInputStream().read(chunk)) {
        early.write(chunk, 0, n);
      }
      return Optional.empty();
    } catch (SocketTimeoutException _) {
      accepted.setSoTimeout(0);
      return Optional.of(early.toByteArray());
    } catch (SocketException _) {
      return Optional.empty(); // it was reset
    }
  }

  private void passBoth(int from, Socket accepted, Socket onward) throws Exception {
    accepted.setTcpNoDelay(true);
    onward.setTcpNoDelay(true);
    Future<?> watch =
        threads.submit(
            () -> {
              links.awaitReset(from, place);
              reset(accepted);
              reset(onward);
              return null;
            });
    Future<?> back =
        threads.submit(
            () -> {
              pass(place, onward, from, accepted);
              return null;
            });
    try {
      pass(from, accepted, place, onward);
      back.get();
    } finally {
      watch.cancel(true);
    }
  }

  /** Passes one direction on to its end. An end that is not in order reaches both sides. */
  private void pass(int sender, Socket in, int getter, Socket out) throws InterruptedException {
    var chunk = new byte[CHUNK_BYTES];
    try {
      for (int n = in.getInputStream().read(chunk); n >= 0; n = in.getInputStream().read(chunk)) {
        if (!links.await(sender, getter)) {
          throw new IOException("the link is reset");
        }
        out.getOutputStream().write(chunk, 0, n);
      }
      if (links.await(sender, getter)) {
        out.shutdownOutput();
      }
    } catch (IOException broken) {
      links.await(sender, getter);
      reset(out);
      links.await(getter, sender);
      reset(in);
    }
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException closed) {
      // It has ended already.
    }
  }
}
