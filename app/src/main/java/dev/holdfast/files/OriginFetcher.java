package dev.holdfast.files;

import dev.holdfast.names.StoredName;
import dev.holdfast.origin.Failure;
import dev.holdfast.origin.GetOutcome;
import dev.holdfast.origin.Origin;
import dev.holdfast.origin.Patience;
import dev.holdfast.origin.Turn;
import dev.holdfast.staging.Content;
import dev.holdfast.staging.Spool;
import dev.holdfast.staging.StagingStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Brings a file from the origin to the store: whole, checked, and only if no write came in between.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class OriginFetcher implements Fetches.Fetcher {
  /** After so many answers that make no sense, the next one would not either. */
  private static final int NONSENSE_MAX = 3;

  /** Why an attempt that got an answer is repeated. */
  private static final Failure CHANGING =
      new Failure.NotSent("the file changes while it is fetched");

  /** Why a fetched body was dropped. */
  private static final String ERROR_TEXT = "error_text";

  private static final String UNEXPECTED = "unexpected";
  private static final String OVERTAKEN = "overtaken";
  private static final String DIGEST = "digest";

  private final Origin origin;
  private final StagingStore store;
  private final Shelf shelf;
  private final Index index;
  private final ReservedNames names;
  private final Damaged damaged;
  private final FilesConfig config;
  private final RandomGenerator random;
  private final FileMeters meters;

  OriginFetcher(
      Origin origin,
      StagingStore store,
      Shelf shelf,
      Index index,
      ReservedNames names,
      Damaged damaged,
      FilesConfig config,
      RandomGenerator random,
      FileMeters meters) {
    this.origin = origin;
    this.store = store;
    this.shelf = shelf;
    this.index = index;
    this.names = names;
    this.damaged = damaged;
    this.config = config;
    this.random = random;
    this.meters = meters;
    List.of(ERROR_TEXT, UNEXPECTED, OVERTAKEN, DIGEST).forEach(meters::fetchesDropped);
  }

  @Override
  public ReadOutcome fetch(StoredName name, Progress progress, Patience patience, Runnable over)
      throws IOException, InterruptedException {
    Optional<Turn> turn = turn(name, patience);
    if (turn.isEmpty()) {
      return new ReadOutcome.Unavailable("an earlier request for this file is still running");
    }
    try (Turn held = turn.get()) {
      try {
        return fetch(held, progress, patience);
      } finally {
        over.run();
      }
    }
  }

  private Optional<Turn> turn(StoredName name, Patience patience) throws InterruptedException {
    Optional<Turn> turn = origin.turn(name, patience.until());
    while (turn.isEmpty() && !patience.until().isOver()) {
      turn = origin.turn(name, patience.until());
    }
    return turn;
  }

  /** The same for who has the turn of the file already. */
  ReadOutcome fetch(Turn turn, Progress progress, Patience patience)
      throws IOException, InterruptedException {
    var backoff = new Backoff(config.retryFirstMs(), config.retryMaxMs(), random);
    var doubts = new Doubts();
    while (true) {
      Optional<ReadOutcome> here = shelf.look(turn.name());
      if (here.isPresent()) {
        return here.get();
      }
      Failure failure;
      switch (attempt(turn, progress, patience, doubts)) {
        case Attempt.Decided(ReadOutcome outcome) -> {
          return outcome;
        }
        case Attempt.Failed(Failure why) -> failure = doubts.last(why);
        case Attempt.Undecided _ -> failure = doubts.last(CHANGING);
      }
      if (isStaged(turn.name())) {
        // Its writer shows it in a moment; or could not, and it is shown when it settles, for which
        // somebody else needs the turn.
        return new ReadOutcome.Unavailable("a write of this file is being staged");
      }
      progress.failed(failure.detail());
      long waitMs = backoff.nextMs();
      if (doubts.nonsense >= NONSENSE_MAX
          || failure.isForWantOfPlace()
          || patience.until().leftNanos() <= TimeUnit.MILLISECONDS.toNanos(waitMs)) {
        return failure instanceof Failure.Nonsense
            ? new ReadOutcome.Nonsense(failure.detail())
            : new ReadOutcome.Unavailable(failure.detail());
      }
      Thread.sleep(waitMs);
    }
  }

  /** Returns true if a write of a name is pending that reads do not show yet. */
  private boolean isStaged(StoredName name) throws IOException {
    return shelf.lookAfterChange(name).isEmpty() && store.pending(name).isPresent();
  }

  /** The doubts that earlier attempts of one fetch have left. */
  private static final class Doubts {
    int nonsense;
    Failure lastNonsense;
    Content unconfirmed;
    boolean otherDigest;

    /** The last failure that says something: an attempt that was not sent says nothing new. */
    Failure last(Failure failure) {
      if (failure instanceof Failure.Nonsense) {
        nonsense++;
        lastNonsense = failure;
      }
      boolean nothingNew = failure instanceof Failure.NotSent && !failure.equals(CHANGING);
      return nothingNew && lastNonsense != null ? lastNonsense : failure;
    }
  }

  /** The outcome of one request for a file. */
  private sealed interface Attempt {
    /** The fetch is over. */
    record Decided(ReadOutcome outcome) implements Attempt {}

    /** The request got no answer that is of use. */
    record Failed(Failure failure) implements Attempt {}

    /** The answer does not count, and the next look or request finds one that does. */
    record Undecided() implements Attempt {}
  }

  private Attempt attempt(Turn turn, Progress progress, Patience patience, Doubts doubts)
      throws IOException, InterruptedException {
    try (Spool spool = store.spoolFetched(names.digest(turn.name()))) {
      GetOutcome outcome =
          origin.get(
              turn,
              (bytes, offset, length) -> {
                progress.moved();
                spool.write(bytes, offset, length);
              },
              patience);
      return switch (outcome) {
        case GetOutcome.Found found -> found(turn.name(), spool, found, doubts);
        case GetOutcome.Absent absent -> {
          damaged.remove(turn.name());
          yield shelf.fetchedAbsence(turn.name())
              ? new Attempt.Decided(new ReadOutcome.Absent(true))
              : new Attempt.Undecided();
        }
        case GetOutcome.Failed(Failure failure) -> new Attempt.Failed(failure);
      };
    }
  }

  private Attempt found(StoredName name, Spool spool, GetOutcome.Found found, Doubts doubts)
      throws IOException {
    Optional<String> address = names.sha256(name);
    if (address.isPresent()) {
      return addressed(name, spool, address.get(), doubts);
    }
    Content content = spool.soFar();
    Optional<Content> known = index.content(name);
    boolean asKnown = known.isPresent() && known.get().equals(content);
    if (!asKnown && found.doubtful()) {
      meters.fetchesDropped(ERROR_TEXT).increment();
      return new Attempt.Failed(
          new Failure.Nonsense(200, "the file server ends the file with an error text"));
    }
    if (!asKnown && known.isPresent() && !content.equals(doubts.unconfirmed)) {
      // Somebody else wrote to the origin, or the transfer is damaged: ask twice.
      doubts.unconfirmed = content;
      meters.fetchesDropped(UNEXPECTED).increment();
      return new Attempt.Undecided();
    }
    return publish(name, spool);
  }

  /** The name says what its content is: neither what is known nor how the body ends matters. */
  private Attempt addressed(StoredName name, Spool spool, String address, Doubts doubts)
      throws IOException {
    if (spool.sha256().equals(address)) {
      damaged.remove(name);
      return publish(name, spool);
    }
    meters.fetchesDropped(DIGEST).increment();
    if (!doubts.otherDigest) {
      doubts.otherDigest = true; // the transfer may be what is damaged: ask twice
      return new Attempt.Undecided();
    }
    String detail =
        "the file server has other bytes under this name: %d, with the SHA-256 %s"
            .formatted(spool.size(), spool.sha256());
    return shelf.fetchedDamage(name, () -> damaged.add(name, detail))
        ? new Attempt.Decided(new ReadOutcome.Damaged(detail))
        : new Attempt.Undecided();
  }

  /**
   * Shows a fetched file, forced first. A disk that does not take the bytes says so to nobody else:
   * until the next start nginx would send zeros, or what the blocks held before, as the file.
   */
  private Attempt publish(StoredName name, Spool spool) throws IOException {
    Content content = spool.finishForced();
    if (!shelf.fetched(name, spool, content)) {
      meters.fetchesDropped(OVERTAKEN).increment();
      return new Attempt.Undecided();
    }
    return new Attempt.Decided(new ReadOutcome.Here(content, true));
  }
}
