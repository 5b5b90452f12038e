package dev.holdfast.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1_800, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OwnedStateTest {
  /** A state that can be taken up when the test allows it. */
  private static final class State implements Closeable {
    boolean closed;

    @Override
    public void close() {
      closed = true;
    }
  }

  private final AtomicInteger tries = new AtomicInteger();
  private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE); // it overflows meanwhile
  private volatile Exception failure;

  @Test
  void elsewhere_isNeverTakenUp() {
    try (OwnedState<State> owned = OwnedState.elsewhere()) {
      assertThat(owned.known()).isEqualTo(new Ownership.Elsewhere<State>());
      assertThat(owned.ownership()).isEqualTo(new Ownership.Elsewhere<State>());
    }
  }

  @Test
  void here_isClosedWithIt() {
    State state;
    try (OwnedState<State> owned = takeUp()) {
      state = here(owned);
      assertThat(state.closed).isFalse();
      assertThat(owned.known()).isEqualTo(owned.ownership());
    }
    assertThat(state.closed).isTrue();
    assertThat(tries).hasValue(1);
  }

  @Test
  void failing_isTriedAgain_onceItsPauseIsOver() {
    failure = new IOException("no disk");
    try (OwnedState<State> owned = takeUp()) {
      assertUnusable(owned.known());
      assertUnusable(owned.ownership());
      assertThat(tries).as("too early").hasValue(1);
      nanoTime.addAndGet(OwnedState.RETRY_NANOS);
      assertUnusable(owned.known());
      assertThat(tries).as("a look tries nothing").hasValue(1);
      assertUnusable(owned.ownership());
      assertThat(tries).hasValue(2);
      failure = new IllegalStateException("no disk, unexpectedly");
      nanoTime.addAndGet(OwnedState.RETRY_NANOS);
      assertUnusable(owned.ownership());
      failure = null;
      nanoTime.addAndGet(OwnedState.RETRY_NANOS);
      here(owned);
      assertThat(tries).hasValue(4);
    }
  }

  @Test
  void damaged_isNotTriedAgain() {
    failure = new DamagedLogException(Path.of("log-1"), 7, "a test");
    try (OwnedState<State> owned = takeUp()) {
      failure = null;
      nanoTime.addAndGet(2 * OwnedState.RETRY_NANOS);
      assertUnusable(owned.ownership());
      assertThat(tries).hasValue(1);
    }
  }

  @Test
  void closed_isNotTakenUpAnyMore() {
    failure = new IOException("no disk");
    OwnedState<State> owned = takeUp();
    owned.close();
    failure = null;
    nanoTime.addAndGet(2 * OwnedState.RETRY_NANOS);
    assertUnusable(owned.ownership());
    assertThat(tries).hasValue(1);
  }

  /** Requests that come during a try are answered at once. */
  @Test
  void ownership_whileAnotherTries_doesNotWait() throws Exception {
    failure = new IOException("no disk");
    var trying = new CountDownLatch(1);
    var letGo = new CountDownLatch(1);
    try (OwnedState<State> owned =
        OwnedState.takeUp(
            "the state",
            waiting(
                () -> {
                  if (tries.incrementAndGet() == 1) {
                    throw new IOException("no disk");
                  }
                  trying.countDown();
                  letGo.await();
                  return new State();
                }),
            nanoTime::get)) {
      nanoTime.addAndGet(OwnedState.RETRY_NANOS);
      Thread first = Thread.ofVirtual().start(owned::ownership);
      trying.await();
      assertUnusable(owned.ownership());
      letGo.countDown();
      first.join();
      here(owned);
      assertThat(tries).hasValue(2);
    }
  }

  private static OwnedState.Opening<State> waiting(Callable<State> opening) {
    return () -> {
      try {
        return opening.call();
      } catch (IOException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(e);
      }
    };
  }

  private OwnedState<State> takeUp() {
    return OwnedState.takeUp("the state", this::open, nanoTime::get);
  }

  private State open() throws IOException {
    tries.incrementAndGet();
    switch (failure) {
      case null -> {
        return new State();
      }
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Exception e -> throw new AssertionError(e);
    }
  }

  private static State here(OwnedState<State> owned) {
    assertThat(owned.ownership()).isInstanceOf(Ownership.Here.class);
    return ((Ownership.Here<State>) owned.known()).state();
  }

  private static void assertUnusable(Ownership<State> ownership) {
    assertThat(ownership)
        .isEqualTo(new Ownership.Unusable<State>("the state cannot be taken up; the log says why"));
  }
}
