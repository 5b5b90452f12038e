package dev.holdfast.files;

import dev.holdfast.http.RequestId;
import dev.holdfast.metrics.Meters;
import dev.holdfast.origin.Deadline;
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

/**
 * One fetch a name, however many ask for it. A fetch outlives those who lost patience with it, so
 * that who asks again later finds its result.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class Fetches {
  private final Fetcher fetcher;
  private final Executor background;
  private final int fetchesMax;
  private final long answerWithinMs;
  private final ReservedNames names;
  private final Meters meters;
  private final Map<String, Running> running = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();

  /** Brings one file from the origin to the store. */
  interface Fetcher {
    /**
     * Brings one file.
     *
     * @param over to be called when the outcome is decided, before anyone else may change the file
     *     at the origin: who asks from then on must not get this outcome, which may be out of date
     */
    ReadOutcome fetch(String name, Progress progress, Runnable over)
        throws IOException, InterruptedException;
  }

  private record Running(CompletableFuture<ReadOutcome> outcome, Progress progress) {}

  Fetches(
      Fetcher fetcher,
      Executor background,
      int fetchesMax,
      long answerWithinMs,
      ReservedNames names,
      Meters meters) {
    this.fetcher = fetcher;
    this.background = background;
    this.fetchesMax = fetchesMax;
    this.answerWithinMs = answerWithinMs;
    this.names = names;
    this.meters = meters;
  }

  /** Fetches a file, or joins who does so already. */
  ReadOutcome fetch(String name) throws IOException, InterruptedException {
    Deadline patience = Deadline.inMs(answerWithinMs);
    while (true) {
      var mine = new Running(new CompletableFuture<>(), new Progress());
      Running first = running.putIfAbsent(name, mine);
      if (first == null) {
        begin(name, mine);
        return await(mine, patience);
      }
      meters.fetchesJoined().increment();
      names.count(name, ReservedNames.Load.JOINED);
      ReadOutcome outcome = await(first, patience);
      if (!(outcome instanceof ReadOutcome.Unavailable) || patience.isOver()) {
        return outcome;
      }
      // It had begun earlier, and its time was up earlier than ours.
    }
  }

  private void begin(String name, Running fetch) {
    if (count.incrementAndGet() > fetchesMax) {
      end(name, fetch, new ReadOutcome.Unavailable("too many files wait to be fetched"));
    } else {
      meters.fetches().increment();
      names.count(name, ReservedNames.Load.BEGUN);
      background.execute(RequestId.carried(() -> run(name, fetch)));
    }
  }

  private void run(String name, Running fetch) {
    try {
      Runnable over = () -> running.remove(name, fetch);
      end(name, fetch, fetcher.fetch(name, fetch.progress(), over));
    } catch (IOException | InterruptedException | RuntimeException e) {
      running.remove(name, fetch);
      count.decrementAndGet();
      names.count(name, ReservedNames.Load.FAILED);
      fetch.outcome().completeExceptionally(e);
    }
  }

  private void end(String name, Running fetch, ReadOutcome outcome) {
    // First out of the map: who comes now must look at the disk again.
    running.remove(name, fetch);
    count.decrementAndGet();
    switch (outcome) {
      case ReadOutcome.Here _, ReadOutcome.Absent _ -> {}
      case ReadOutcome.Unavailable _, ReadOutcome.Nonsense _, ReadOutcome.Damaged _ ->
          names.count(name, ReservedNames.Load.FAILED);
    }
    fetch.outcome().complete(outcome);
  }

  private ReadOutcome await(Running fetch, Deadline deadline)
      throws IOException, InterruptedException {
    Deadline patience = deadline;
    while (true) {
      try {
        return fetch.outcome().get(patience.leftNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException late) {
        if (!fetch.progress().isRecent()) {
          return new ReadOutcome.Unavailable("the file server does not answer in time");
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
