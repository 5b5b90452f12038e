package dev.holdfast.origin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who gets a place at the origin. */
final class PermitsTest {
  private static final Deadline LONG = Deadline.inMs(600_000);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Permits permits = new Permits(10, 7, 5);

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void reads_useWhatWritesLeave() throws Exception {
    awaitTaken(reads(12), 10);
    assertThat(permits.waiting()).isEqualTo(2);
  }

  @Test
  void writes_useWhatReadsLeave_upToTheirMost() throws Exception {
    awaitTaken(writes(12), 7);
    assertThat(permits.waiting()).isEqualTo(5);
  }

  @Test
  void writes_getTheirShareBack_howeverManyReadsWait() throws Exception {
    reads(10);
    List<Future<Permits.Answer>> reads = reads(50);
    List<Future<Permits.Answer>> writes = writes(7);
    for (int i = 1; i <= 5; i++) {
      permits.releaseRead();
      awaitTaken(writes, i);
    }
    permits.releaseRead();
    awaitTaken(reads, 1);
    permits.releaseWrite();
    awaitTaken(writes, 6);
    assertThat(taken(reads)).as("reads that came in between").isEqualTo(1);
  }

  @Test
  void reads_getTheirShareBack_howeverManyWritesWait() throws Exception {
    writes(7);
    writes(50);
    List<Future<Permits.Answer>> reads = reads(20);
    awaitTaken(reads, 3);
    permits.releaseRead();
    awaitTaken(reads, 4);
  }

  @Test
  void placeThatNobodyIsOwed_goesToWhoeverWaitsLongest() throws Exception {
    reads(10);
    List<Future<Permits.Answer>> writes = writes(5);
    for (int i = 1; i <= 5; i++) {
      permits.releaseRead();
      awaitTaken(writes, i);
    }
    List<Future<Permits.Answer>> olderWrite = writes(1);
    List<Future<Permits.Answer>> youngerRead = reads(1);
    permits.releaseRead();
    awaitTaken(olderWrite, 1);
    permits.releaseRead();
    awaitTaken(youngerRead, 1);
  }

  @Test
  void whoeverHasBecomeTooLate_isPassedOver() throws Exception {
    var one = new Permits(1, 1, 0);
    assertThat(one.takeForRead(LONG)).isEqualTo(Permits.Answer.TAKEN);
    var patience = new AtomicReference<>(LONG);
    Future<Permits.Answer> late =
        threads.submit(
            () ->
                one.takeForRead(
                    new Patience() {
                      @Override
                      public Deadline until() {
                        return patience.get();
                      }

                      @Override
                      public long wholeNanos() {
                        return LONG.wholeNanos();
                      }
                    }));
    Await.until("it waits", () -> one.waiting() == 1);
    Future<Permits.Answer> next = threads.submit(() -> one.takeForRead(LONG));
    Await.until("the next one waits, too", () -> one.waiting() == 2);
    patience.set(Deadline.inMs(0));
    one.releaseRead();
    assertThat(next.get()).isEqualTo(Permits.Answer.TAKEN);
    assertThat(late.get()).isEqualTo(Permits.Answer.NONE_IN_TIME);
  }

  @Test
  void whoeverCannotBeServedInTime_isRefusedAtOnce() throws Exception {
    var one = new Permits(1, 1, 0);
    assertThat(one.takeForRead(LONG)).isEqualTo(Permits.Answer.TAKEN);
    long begun = System.nanoTime();
    Await.until("it has taken 50 ms", () -> System.nanoTime() - begun > 50_000_000);
    one.releaseRead();
    assertThat(one.takeForRead(LONG)).isEqualTo(Permits.Answer.TAKEN);
    for (int i = 1; i <= 100; i++) {
      Future<Permits.Answer> _ = threads.submit(() -> one.takeForRead(LONG));
      int count = i;
      Await.until("they wait", () -> one.waiting() == count);
    }
    assertThat(one.takeForRead(Deadline.inMs(5_000))).isEqualTo(Permits.Answer.CROWDED);
    assertThat(one.waiting()).isEqualTo(100);
  }

  /** An origin that is slower than anybody's patience is asked all the same. */
  @Test
  void whoeverHasNobodyBeforeHim_isNeverRefused() throws Exception {
    var one = new Permits(1, 1, 0);
    assertThat(one.takeForRead(LONG)).isEqualTo(Permits.Answer.TAKEN);
    long begun = System.nanoTime();
    Await.until("it has taken 100 ms", () -> System.nanoTime() - begun > 100_000_000);
    one.releaseRead();
    // Again if the test itself was held up for so long that nobody waited any more.
    Await.until("it has a place", () -> one.takeForRead(Deadline.inMs(50)) == Permits.Answer.TAKEN);
  }

  @Test
  void whoeverIsInterrupted_leavesNoPlaceBehind() throws Exception {
    var one = new Permits(1, 1, 0);
    assertThat(one.takeForRead(LONG)).isEqualTo(Permits.Answer.TAKEN);
    Future<Permits.Answer> second = threads.submit(() -> one.takeForRead(LONG));
    Await.until("it waits", () -> one.waiting() == 1);
    second.cancel(true);
    Await.until("it has gone", () -> one.waiting() == 0);
    one.releaseRead();
    assertThat(one.takeForWrite(LONG)).isEqualTo(Permits.Answer.TAKEN);
    one.releaseWrite();
    assertThat(one.inUse()).isZero();
  }

  private List<Future<Permits.Answer>> reads(int count) throws Exception {
    return take(count, () -> permits.takeForRead(LONG));
  }

  private List<Future<Permits.Answer>> writes(int count) throws Exception {
    return take(count, () -> permits.takeForWrite(LONG));
  }

  /** One after the other, so that they wait in this order. */
  private List<Future<Permits.Answer>> take(
      int count, java.util.concurrent.Callable<Permits.Answer> take) throws Exception {
    var asked = new ArrayList<Future<Permits.Answer>>();
    for (int i = 0; i < count; i++) {
      int before = permits.inUse() + permits.waiting();
      asked.add(threads.submit(take));
      Await.until("it has a place or waits", () -> permits.inUse() + permits.waiting() > before);
    }
    return asked;
  }

  private static void awaitTaken(List<Future<Permits.Answer>> asked, int count) throws Exception {
    Await.until(count + " have a place", () -> taken(asked) == count);
  }

  private static int taken(List<Future<Permits.Answer>> asked) throws Exception {
    int taken = 0;
    for (Future<Permits.Answer> one : asked) {
      if (one.isDone()) {
        assertThat(one.get(1, TimeUnit.SECONDS)).isEqualTo(Permits.Answer.TAKEN);
        taken++;
      }
    }
    return taken;
  }
}
