package dev.holdfast.watcher.service;

import dev.holdfast.watcher.thread.LastingThread;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The threads that a watcher cannot do without.
 *
 * <p>Threading: may be used from any number of threads.
 *
 * @param all returns those that are there; further ones come once the database is ready
 * @param endedOthers returns the names of those that are not of this kind and have ended: event
 *     loops, and those that write the log
 */
record WatchThreads(Supplier<Stream<LastingThread>> all, Supplier<Stream<String>> endedOthers) {
  /** Returns which thread has ended that should not have, for people, or empty if none has. */
  Optional<String> trouble() {
    Stream<String> died = all.get().filter(LastingThread::hasDied).map(LastingThread::name);
    return Stream.concat(died, endedOthers.get())
        .findFirst()
        .map(name -> "the thread " + name + " has ended");
  }

  /** Returns how many turns of all threads have failed. */
  long failures() {
    return all.get().mapToLong(LastingThread::failures).sum();
  }
}
