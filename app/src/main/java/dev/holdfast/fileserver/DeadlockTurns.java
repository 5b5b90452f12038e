package dev.holdfast.fileserver;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Turns that deadlock as the real server's do.
 *
 * <p>The lock order is the fault. A GET or PUT holds its name from its arrival on, and needs the
 * process-wide lock to begin and to let the name go. A DELETE takes the process-wide lock and keeps
 * it while it waits for the name. If the two meet, neither goes on. Every later request then waits
 * for the process-wide lock behind them.
 */
final class DeadlockTurns implements Turns {
  private final Turns inner;
  private final ReentrantLock processWide = new ReentrantLock(true);
  private final Object namesLock = new Object();

  /** GETs and PUTs that hold a name, by name. Guarded by namesLock. */
  private final Map<String, Integer> holders = new HashMap<>();

  /**
   * @param inner orders GETs and PUTs among themselves
   */
  DeadlockTurns(Turns inner) {
    this.inner = inner;
  }

  @Override
  public Turn take(Verb verb, String name) {
    if (verb == Verb.DELETE) {
      return new DeleteTurn(name);
    }
    synchronized (namesLock) {
      holders.merge(name, 1, Integer::sum);
    }
    return new HoldingTurn(name, inner.take(verb, name));
  }

  private void awaitNobodyHolds(String name) throws InterruptedException {
    synchronized (namesLock) {
      while (holders.containsKey(name)) {
        namesLock.wait();
      }
    }
  }

  private void letGo(String name) {
    synchronized (namesLock) {
      holders.computeIfPresent(name, (key, count) -> count == 1 ? null : count - 1);
      namesLock.notifyAll();
    }
  }

  private final class HoldingTurn implements Turn {
    private final String name;
    private final Turn among;

    HoldingTurn(String name, Turn among) {
      this.name = name;
      this.among = among;
    }

    @Override
    public void begin() throws InterruptedException {
      among.begin();
      processWide.lockInterruptibly();
      processWide.unlock();
    }

    @Override
    public void end() throws InterruptedException {
      try {
        processWide.lockInterruptibly();
        try {
          letGo(name);
        } finally {
          processWide.unlock();
        }
      } finally {
        among.end();
      }
    }
  }

  private final class DeleteTurn implements Turn {
    private final String name;

    DeleteTurn(String name) {
      this.name = name;
    }

    @Override
    public void begin() throws InterruptedException {
      processWide.lockInterruptibly();
      awaitNobodyHolds(name);
    }

    @Override
    public void end() {
      if (processWide.isHeldByCurrentThread()) {
        processWide.unlock();
      }
    }
  }
}
