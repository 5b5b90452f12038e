package dev.holdfast.files;

import dev.holdfast.origin.Origin;
import dev.holdfast.staging.Pending;
import dev.holdfast.staging.StagingStore;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of a file service without a request: it settles what is pending, lets go of what is
 * kept, and removes what has expired. Its close ends all threads of the service, in order.
 *
 * <p>Threading: started once and closed once.
 */
final class BackgroundWork implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BackgroundWork.class);

  private final FilesConfig config;
  private final Origin origin;
  private final boolean ownsOrigin;
  private final StagingStore store;
  private final Shelf shelf;
  private final Index index;
  private final Delivery delivery;
  private final Settler settler;
  private final Settling settling;
  private final Keeper keeper;
  private final QuickWrites quickWrites;
  private final ExecutorService threads;
  private final Sweeps sweeps = new Sweeps();

  /** Ends what {@link Keeper} hears of the origin. Set once, by the start. */
  private Runnable deaf = () -> {};

  /**
   * @param ownsOrigin true to close the origin with this work, if no other service uses it
   * @param threads run fetches, writes and comparisons
   */
  BackgroundWork(
      FilesConfig config,
      Origin origin,
      boolean ownsOrigin,
      StagingStore store,
      Shelf shelf,
      Index index,
      Delivery delivery,
      Settler settler,
      Settling settling,
      Keeper keeper,
      QuickWrites quickWrites,
      ExecutorService threads) {
    this.config = config;
    this.origin = origin;
    this.ownsOrigin = ownsOrigin;
    this.store = store;
    this.shelf = shelf;
    this.index = index;
    this.delivery = delivery;
    this.settler = settler;
    this.settling = settling;
    this.keeper = keeper;
    this.quickWrites = quickWrites;
    this.threads = threads;
  }

  /**
   * Takes up what an earlier process has left, and begins.
   *
   * @param settlers how many pending writes are brought to the origin at once, 1 or more
   */
  void start(int settlers) {
    for (Pending left : store.allPending()) {
      delivery.doubt(left.name());
      settler.add(left);
    }
    long keepingMs = store.kept().keeping().ms();
    if (keepingMs > 0) {
      keeper.start(); // before anything settles: it takes up what an earlier process kept
      deaf = origin.onAnswer(keeper::answered);
      sweeps.letGoOfKept(keeper, keepingMs);
    }
    settler.start(settlers);
    if (config.cleanTtlMs() > 0) {
      sweeps.expire(store, config.cleanTtlMs());
    }
    sweeps.dropRecords(store.log());
    if (config.linksAbsences()) {
      sweeps.unlinkForgotten(shelf, config.absentTtlMs());
    }
  }

  /**
   * Brings pending writes to the origin for as long as the configuration allows, then ends all that
   * is under way. Writes that are left stay pending on disk.
   */
  @Override
  public void close() {
    unlinkAbsences(); // first: without sweeps they would outlast what is believed
    store.log().endSweep();
    sweeps.close();
    deaf.run();
    int left = settling.settleBeforeStop(config.stopSettleMs());
    if (left > 0) {
      log.warn("{} writes are not settled yet; they are kept and go on at the next start", left);
    }
    settler.close();
    // Nobody knows whose the requests are at an origin that others use, too.
    boolean quiet = origin.inProgress() == 0 && (ownsOrigin || left == 0);
    if (ownsOrigin) {
      origin.close();
    }
    // Nobody here may still change the store when the next one opens it.
    quickWrites.close();
    Threads.end(settler.workers());
    Threads.end(threads);
    index.close();
    if (quiet && !origin.hasCutOff()) {
      noteStopped();
    }
  }

  private void unlinkAbsences() {
    try {
      shelf.unlinkAll();
    } catch (IOException e) {
      log.warn("nginx goes on answering for absent files until the next start", e);
    }
  }

  private void noteStopped() {
    try {
      store.noteStopped();
    } catch (IOException e) {
      log.warn("the next start will wait for requests that are not there", e);
    }
  }
}
