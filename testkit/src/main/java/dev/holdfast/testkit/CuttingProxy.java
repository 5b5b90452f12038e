package dev.holdfast.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * A TCP proxy in front of one place, which passes bytes on as the {@link Links} let it. As on a
 * real network, a connection outlasts a cut that is silent, and what waited then arrives late. One
 * that begins in such a cut and is given up in it leaves nothing. Nor do those that a client ends
 * while {@link #ENDED_MAX} of its earlier ones still wait for the target: a target that is slower
 * than its clients are impatient would let them take all descriptors of this process.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class CuttingProxy implements AutoCloseable {
  private static final int CHUNK_BYTES = 16 * 1024;
  private static final int BACKLOG = 256;

  /**
   * Connections at once, at most; a further one waits in the backlog. It is more than all clients
   * of the tests keep open at once: twenty actors with up to 16 each. On a machine that is too
   * busy, those that the clients have given up would else come faster than they are found ended.
   */
  static final int OPEN_MAX = 400;

  /** Connections of a client that it has ended and the target has not, at most. */
  static final int ENDED_MAX = 4;

  private final Links links;
  private final int place;
  private final InetSocketAddress target;
  private final Source source;
  private final ServerSocket listener;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Semaphore places = new Semaphore(OPEN_MAX);

  /** For each client, the connections that it may still end. */
  private final Map<Integer, Semaphore> mayEnd = new ConcurrentHashMap<>();

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
    threads.execute(this::accept);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdownNow();
    open.forEach(CuttingProxy::reset);
  }

  private void accept() {
    Accepting.all(
        listener,
        accepted -> {
          open.add(accepted);
          places.acquireUninterruptibly();
          Future<?> _ = threads.submit(() -> serve(accepted));
        });
  }

  private Void serve(Socket accepted) throws Exception {
    try {
      pass(accepted);
    } finally {
      reset(accepted);
      open.remove(accepted);
      places.release();
    }
    return null;
  }

  private void pass(Socket accepted) throws Exception {
    OptionalInt from = source.of(accepted);
    if (from.isEmpty()) {
      return;
    }
    var upward = new Upward(from.getAsInt(), accepted, Thread.currentThread());
    Future<?> reading =
        threads.submit(
            () -> {
              upward.pass();
              return null;
            });
    try {
      if (links.await(from.getAsInt(), place)) {
        passOn(from.getAsInt(), accepted, upward, reading);
      }
    } finally {
      upward.over();
    }
  }

  private void passOn(int from, Socket accepted, Upward upward, Future<?> reading)
      throws Exception {
    try (var onward = new Socket()) {
      open.add(onward);
      try {
        onward.connect(target);
        upward.open(onward);
        passBoth(from, accepted, onward, reading);
      } finally {
        reset(onward);
        open.remove(onward);
      }
    }
  }

  /**
   * The way from a client to the target. It is read before the link is open, too, so that a client
   * that gives up in a silent cut takes no descriptor until the cut is over: many may.
   */
  private final class Upward {
    private final int from;
    private final Socket accepted;
    private final Thread waiting;
    private final ByteArrayOutputStream early = new ByteArrayOutputStream();
    private Socket onward; // null until the link is open
    private boolean isEnded; // before that
    private boolean isCounted; // among those that the client has ended
    private boolean isOver;

    /**
     * @param waiting the thread that waits for the link; it is interrupted if the client gives up
     */
    Upward(int from, Socket accepted, Thread waiting) {
      this.from = from;
      this.accepted = accepted;
      this.waiting = waiting;
    }

    void pass() throws InterruptedException {
      var chunk = new byte[CHUNK_BYTES];
      try {
        InputStream in = accepted.getInputStream();
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
          if (!isKept(chunk, n)) {
            passOn(chunk, n);
          }
        }
        end();
      } catch (IOException broken) {
        breakOff();
      }
    }

    /** Keeps bytes if the link is not open yet. */
    private synchronized boolean isKept(byte[] bytes, int length) {
      if (onward == null) {
        early.write(bytes, 0, length);
      }
      return onward == null;
    }

    private void passOn(byte[] bytes, int length) throws IOException, InterruptedException {
      if (!links.await(from, place)) {
        throw new IOException("the link is reset");
      }
      onward().getOutputStream().write(bytes, 0, length);
    }

    private synchronized Socket onward() {
      return onward;
    }

    /** Passes on what has come by now. */
    synchronized void open(Socket target) throws IOException {
      target.getOutputStream().write(early.toByteArray());
      onward = target;
      if (isEnded) {
        target.shutdownOutput();
      }
    }

    private void end() throws IOException, InterruptedException {
      if (!isCountedAsEnded()) {
        giveUp();
        return;
      }
      if (isEndedBefore(links.fate(from, place) instanceof Links.Fate.Silent)) {
        return;
      }
      if (links.await(from, place)) {
        onward().shutdownOutput();
      }
    }

    /** Returns true if the link was not open yet: then a silent one leaves nothing. */
    private synchronized boolean isEndedBefore(boolean isSilent) {
      if (onward == null) {
        isEnded = true;
        if (isSilent) {
          giveUp();
        }
      }
      return onward == null;
    }

    /** Returns false if there are too many of them already. */
    private synchronized boolean isCountedAsEnded() {
      isCounted = !isOver && ofClient().tryAcquire();
      return isCounted;
    }

    /** Hears that the connection is over. */
    synchronized void over() {
      isOver = true;
      if (isCounted) {
        ofClient().release();
      }
    }

    private Semaphore ofClient() {
      return mayEnd.computeIfAbsent(from, _ -> new Semaphore(ENDED_MAX));
    }

    private void breakOff() throws InterruptedException {
      if (onward() == null) {
        giveUp();
        return;
      }
      links.await(from, place);
      reset(onward());
      links.await(place, from);
      reset(accepted);
    }

    private void giveUp() {
      reset(accepted);
      waiting.interrupt();
    }
  }

  private void passBoth(int from, Socket accepted, Socket onward, Future<?> reading)
      throws Exception {
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
      reading.get();
      back.get();
    } finally {
      watch.cancel(true);
    }
  }

  /** Passes the way back on to its end. An end that is not in order reaches both sides. */
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
