package dev.holdfast.system.watcher;

import dev.holdfast.testkit.farm.Caller;
import dev.holdfast.testkit.farm.Site;
import dev.holdfast.testkit.farm.Sites;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A site that sends a page at once, or its second half when a test lets it.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class HeldSite implements Site {
  private final String first;
  private final String rest;
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile CountDownLatch gate = new CountDownLatch(0);

  /** A site with a short page, of which nothing comes while it is held. */
  HeldSite() {
    this("", "all is well");
  }

  /** A site with a page whose first part comes in any case. */
  HeldSite(String first, String rest) {
    String answer = Sites.answer(200, "", first + rest);
    this.first = first.isEmpty() ? "" : answer.substring(0, answer.length() - rest.length());
    this.rest = answer.substring(this.first.length());
  }

  /** Holds all answers from now on. */
  void hold() {
    gate = new CountDownLatch(1);
  }

  /** Sends all answers. */
  void letGo() {
    gate.countDown();
  }

  /** Returns how many answers are held. */
  int waiting() {
    return waiting.get();
  }

  @Override
  public void serve(Caller caller) throws Exception {
    caller.send(first);
    waiting.incrementAndGet();
    try {
      gate.await();
    } finally {
      waiting.decrementAndGet();
    }
    caller.send(rest);
  }
}
