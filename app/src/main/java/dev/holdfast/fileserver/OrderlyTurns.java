package dev.holdfast.fileserver;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Turns that wait for each other as they should: some verbs have a name to themselves, the others
 * share it.
 */
final class OrderlyTurns implements Turns {
  private final Set<Verb> exclusive;
  private final ConcurrentMap<String, NameLock> locks = new ConcurrentHashMap<>();

  /**
   * @param exclusive the verbs that have a name to themselves
   */
  OrderlyTurns(Set<Verb> exclusive) {
    this.exclusive = Set.copyOf(exclusive);
  }

  @Override
  public Turn take(Verb verb, String name) {
    ReentrantReadWriteLock both =
        locks.compute(name, (key, lock) -> lock == null ? NameLock.first() : lock.oneMore()).lock();
    return new OrderlyTurn(name, exclusive.contains(verb) ? both.writeLock() : both.readLock());
  }

  private final class OrderlyTurn implements Turn {
    private final String name;
    private final Lock lock;
    private boolean begun;

    OrderlyTurn(String name, Lock lock) {
      this.name = name;
      this.lock = lock;
    }

    @Override
    public void begin() throws InterruptedException {
      lock.lockInterruptibly();
      begun = true;
    }

    @Override
    public void end() {
      if (begun) {
        lock.unlock();
      }
      locks.computeIfPresent(name, (key, held) -> held.oneLess());
    }
  }

  /** A lock and how many requests refer to it; it is forgotten with the last one. */
  private record NameLock(ReentrantReadWriteLock lock, int users) {
    static NameLock first() {
      return new NameLock(new ReentrantReadWriteLock(true), 1);
    }

    NameLock oneMore() {
      return new NameLock(lock, users + 1);
    }

    NameLock oneLess() {
      return users == 1 ? null : new NameLock(lock, users - 1);
    }
  }
}
