package dev.holdfast.files;

import dev.holdfast.names.StoredName;
import dev.holdfast.staging.Content;
import dev.holdfast.staging.ContentDigest;
import dev.holdfast.staging.LoggedWrite;
import dev.holdfast.staging.Pending;
import dev.holdfast.staging.Reservation;
import dev.holdfast.staging.Spool;
import dev.holdfast.staging.StagingStore;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Writes behind that have no precondition and whose bodies are in memory. The write-ahead log does
 * them, many by one force. Those that it does not take are done one by one by a few platform
 * threads: there is nothing to wait for but this disk, and on a virtual thread each step on a disk
 * wakes another thread to stand in for the one that is busy. A write that finds no room, or its
 * name being changed, goes on on a virtual thread, where it may wait.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class QuickWrites implements AutoCloseable {
  /**
   * Forces of the disk at once: of a slow one, so that they share what it does; each is a thread.
   */
  private static final int THREADS = 16;

  private static final long IDLE_S = 10;

  /** Writes that wait for a thread, as a rule: who comes at the same moment may be one more. */
  static final int WAITING_MAX = 256;

  /** Writes that have to wait after all, each with its body; a further one is refused at once. */
  static final int PUT_OFF_MAX = 256;

  private final StagingStore store;
  private final Writes writes;
  private final Executor background;
  private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
  private final Semaphore putOff = new Semaphore(PUT_OFF_MAX);
  private final ExecutorService writers;

  /** Hears once what has come of a write, on a thread that others wait for. */
  public interface Reply {
    /** The outcome is known. */
    void written(WriteOutcome written);

    /** The write failed as nobody foresaw. */
    void failed(Exception e);
  }

  /** A part of a write. */
  private interface Step {
    /** Returns what has come of the write, or empty if another step goes on with it. */
    Optional<WriteOutcome> run() throws IOException, InterruptedException;
  }

  /**
   * @param background runs what has to wait
   */
  QuickWrites(StagingStore store, Writes writes, Executor background) {
    this.store = store;
    this.writes = writes;
    this.background = background;
    var threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_S,
            TimeUnit.SECONDS,
            waiting,
            Thread.ofPlatform().name("writer-", 0).daemon().factory());
    threads.allowCoreThreadTimeOut(true);
    this.writers = threads;
  }

  /** Returns true if the queue is full; the caller then takes a way on which waiting is bounded. */
  boolean isCrowded() {
    return waiting.size() >= WAITING_MAX;
  }

  /** Puts a body, which must not be changed any more. */
  public void put(StoredName name, byte[] body, Reply reply) {
    if (!store.log().ask(new Logged(name, Optional.of(body), reply))) {
      putAlone(name, body, reply);
    }
  }

  private void putAlone(StoredName name, byte[] body, Reply reply) {
    run(writers, reply, () -> putNow(name, body, reply));
  }

  /** Deletes a file, whether there is one or not. */
  public void delete(StoredName name, Reply reply) {
    if (!store.log().ask(new Logged(name, Optional.empty(), reply))) {
      deleteAlone(name, reply);
    }
  }

  private void deleteAlone(StoredName name, Reply reply) {
    run(writers, reply, () -> deleteNow(name, reply));
  }

  /** A write in the log. */
  private final class Logged implements LoggedWrite {
    private final StoredName name;
    private final Optional<byte[]> body;
    private final Reply reply;
    private WriteOutcome outcome; // set before it has ended

    Logged(StoredName name, Optional<byte[]> body, Reply reply) {
      this.name = name;
      this.body = body;
      this.reply = reply;
    }

    @Override
    public StoredName name() {
      return name;
    }

    @Override
    public Optional<byte[]> body() {
      return body;
    }

    @Override
    public void staged(Pending write) {
      outcome = writes.show(write);
    }

    @Override
    public void inDoubt(Pending write, Exception why) {
      outcome = PendingBefore.staged(name, why);
    }

    @Override
    public void ended() {
      writes.settleLater(name);
      if (outcome == null) {
        reply.failed(new IllegalStateException("a write of " + name + " has no outcome"));
      } else {
        reply.written(outcome);
      }
    }

    @Override
    public void putOff() {
      if (body.isPresent()) {
        putAlone(name, body.get(), reply);
      } else {
        deleteAlone(name, reply);
      }
    }

    @Override
    public void failed(Exception why) {
      try {
        reply.written(Writes.noRoom(why instanceof IOException io ? io : new IOException(why)));
      } catch (IOException e) {
        reply.failed(e);
      }
    }
  }

  private Optional<WriteOutcome> putNow(StoredName name, byte[] body, Reply reply)
      throws IOException, InterruptedException {
    Optional<Spool> spool = store.spoolIfRoom(body.length, new ContentDigest());
    if (spool.isEmpty()) {
      return goOn(reply, () -> putWhenThereIsRoom(name, body));
    }
    Content content = fill(spool.get(), body);
    Optional<WriteOutcome> written = writes.putIfFree(name, spool.get(), content);
    if (written.isEmpty()) {
      written = goOn(reply, () -> Optional.of(put(name, spool.get(), content)));
      if (written.isPresent()) {
        spool.get().close();
      }
    }
    return written;
  }

  private Optional<WriteOutcome> putWhenThereIsRoom(StoredName name, byte[] body)
      throws IOException, InterruptedException {
    Spool spool = store.spoolWritten(body.length, new ContentDigest());
    return Optional.of(put(name, spool, fill(spool, body)));
  }

  private WriteOutcome put(StoredName name, Spool spool, Content content)
      throws IOException, InterruptedException {
    return writes.put(name, spool, content, Precondition.NONE);
  }

  private Optional<WriteOutcome> deleteNow(StoredName name, Reply reply)
      throws IOException, InterruptedException {
    Optional<Reservation> room = store.reserveDeleteIfRoom();
    Optional<WriteOutcome> written =
        room.isEmpty() ? Optional.empty() : writes.deleteIfFree(name, room.get());
    return written.isPresent()
        ? written
        : goOn(reply, () -> Optional.of(writes.delete(name, Precondition.NONE)));
  }

  private static Content fill(Spool spool, byte[] body) throws IOException {
    try {
      spool.write(body, 0, body.length);
      return spool.finishForced();
    } catch (IOException | RuntimeException | Error e) {
      spool.close();
      throw e;
    }
  }

  /** Goes on where a write may wait. Returns empty, or the outcome if too many do so already. */
  private Optional<WriteOutcome> goOn(Reply reply, Step step) {
    if (!putOff.tryAcquire()) {
      return Optional.of(new WriteOutcome.NoRoom("too many writes wait for room"));
    }
    run(
        background,
        reply,
        () -> {
          try {
            return step.run();
          } finally {
            putOff.release();
          }
        });
    return Optional.empty();
  }

  private static void run(Executor threads, Reply reply, Step step) {
    try {
      threads.execute(() -> run(reply, step));
    } catch (RejectedExecutionException stopped) {
      reply.failed(stopped);
    }
  }

  private static Optional<WriteOutcome> outcome(Step step)
      throws IOException, InterruptedException {
    try {
      return step.run();
    } catch (IOException e) {
      return Optional.of(Writes.noRoom(e));
    }
  }

  private static void run(Reply reply, Step step) {
    Optional<WriteOutcome> written;
    try {
      written = outcome(step);
    } catch (InterruptedException e) {
      reply.failed(e); // first: an interrupted thread cannot send
      Thread.currentThread().interrupt();
      return;
    } catch (IOException | RuntimeException e) {
      reply.failed(e);
      return;
    } catch (Error e) { // whatever it is: without a reply the request would never end
      reply.failed(new IllegalStateException(e));
      throw e;
    }
    written.ifPresent(reply::written);
  }

  /** Ends when the writes that have begun have ended. */
  @Override
  public void close() {
    store.log().awaitWrites(); // first: some of them may be put off
    Threads.end(writers);
  }
}
