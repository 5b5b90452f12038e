package dev.holdfast.files;

import dev.holdfast.names.StoredName;
import dev.holdfast.origin.Deadline;
import dev.holdfast.origin.Patience;
import dev.holdfast.staging.NoRoomException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One fetch a name, however many ask for it. A fetch that waits for the origin ends with the
 * patience of the last one who waits for it; nothing is sent for nobody. One that is under way
 * there goes on, so that whoever asks again later finds its result.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Fetches {
  private static final ReadOutcome TOO_MANY =
      new ReadOutcome.Unavailable("too many requests wait for the file server");

  private final Fetcher fetcher;
  private final Executor background;
  private final int fetchesMax;
  private final long answerWithinMs;
  private final ReservedNames names;
  private final Caller caller;
  private final FileMeters meters;
  private final Map<StoredName, Running> running = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();

  /** Brings one file from the origin to the store. */
  interface Fetcher {
    /**
     * Brings one file.
     *
     * @param patience until when somebody waits for it
     * @param over to be called when the outcome is decided, before anyone else may change the file
     *     at the origin: who asks from then on must not get this outcome, which may be out of date
     */
    ReadOutcome fetch(StoredName name, Progress progress, Patience patience, Runnable over)
        throws IOException, InterruptedException;
  }

  /** A fetch, and the patience of all who wait for it. */
  private static final class Running implements Patience {
    final CompletableFuture<ReadOutcome> outcome = new CompletableFuture<>();
    final Progress progress = new Progress();
    private final long wholeNanos;
    private final AtomicReference<Deadline> last;

    Running(Deadline first) {
      this.wholeNanos = first.wholeNanos();
      this.last = new AtomicReference<>(first);
    }

    void join(Deadline another) {
      last.accumulateAndGet(another, Deadline::orLater);
    }

    @Override
    public Deadline until() {
      return last.get();
    }

    @Override
    public long wholeNanos() {
      return wholeNanos;
    }
  }

  Fetches(
      Fetcher fetcher,
      Executor background,
      int fetchesMax,
      long answerWithinMs,
      ReservedNames names,
      Caller caller,
      FileMeters meters) {
    this.fetcher = fetcher;
    this.background = background;
    this.fetchesMax = fetchesMax;
    this.answerWithinMs = answerWithinMs;
    this.names = names;
    this.caller = caller;
    this.meters = meters;
  }

  /**
   * Fetches a file, or joins who does so already. A request that does so waits among those who wait
   * for others.
   */
  ReadOutcome fetch(StoredName name) throws IOException, InterruptedException {
    return caller.whileWaiting(() -> fetchOrJoin(name), TOO_MANY);
  }

  private ReadOutcome fetchOrJoin(StoredName name) throws IOException, InterruptedException {
    Deadline patience = Deadline.inMs(answerWithinMs);
    boolean joined = false;
    while (true) {
      var mine = new Running(patience);
      Running first = running.putIfAbsent(name, mine);
      if (first == null) {
        begin(name, mine);
        return await(mine, patience);
      }
      first.join(patience);
      meters.fetchesJoined().increment();
      names.count(name, ReservedNames.Load.JOINED);
      ReadOutcome outcome = await(first, patience);
      if (joined || !(outcome instanceof ReadOutcome.Unavailable) || patience.isOver()) {
        return outcome;
      }
      joined = true; // it may have given up in the moment in which it was joined: once more
    }
  }

  private void begin(StoredName name, Running fetch) {
    if (count.incrementAndGet() > fetchesMax) {
      end(name, fetch, new ReadOutcome.Unavailable("too many files wait to be fetched"));
    } else {
      meters.fetches().increment();
      names.count(name, ReservedNames.Load.BEGUN);
      background.execute(caller.carried(() -> run(name, fetch)));
    }
  }

  private void run(StoredName name, Running fetch) {
    try {
      Runnable over = () -> running.remove(name, fetch);
      end(name, fetch, fetcher.fetch(name, fetch.progress, fetch, over));
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      // An Error, too: else those who wait would, and the place among the fetches would be lost.
      running.remove(name, fetch);
      count.decrementAndGet();
      names.count(name, ReservedNames.Load.FAILED);
      fetch.outcome.completeExceptionally(e);
    }
  }

  private void end(StoredName name, Running fetch, ReadOutcome outcome) {
    // First out of the map: who comes now must look at the disk again.
    running.remove(name, fetch);
    count.decrementAndGet();
    switch (outcome) {
      case ReadOutcome.Here _, ReadOutcome.Absent _ -> {}
      case ReadOutcome.Unavailable _, ReadOutcome.Nonsense _, ReadOutcome.Damaged _ ->
          names.count(name, ReservedNames.Load.FAILED);
    }
    fetch.outcome.complete(outcome);
  }

  private ReadOutcome await(Running fetch, Deadline deadline)
      throws IOException, InterruptedException {
    Deadline patience = deadline;
    while (true) {
      try {
        return fetch.outcome.get(patience.leftNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException late) {
        if (!fetch.progress.isRecent()) {
          return new ReadOutcome.Unavailable(fetch.progress.trouble());
        }
        patience = Deadline.inMs(Progress.RECENT_MS);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException io) {
          if (NoRoomException.orAsItIs(io) instanceof NoRoomException noRoom) {
            return new ReadOutcome.Unavailable(noRoom.getMessage());
          }
          throw new IOException("the fetch failed here", io);
        }
        throw new IllegalStateException("the fetch failed here", e.getCause());
      }
    }
  }
}
