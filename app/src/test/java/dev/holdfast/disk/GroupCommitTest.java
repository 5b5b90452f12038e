package dev.holdfast.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.testkit.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
  private static final Path DIR = Path.of("/dir");

  /** A disk whose forces are counted and wait until the test lets them through. */
  private static final class SlowForces extends ForwardingDisk {
    final AtomicInteger forces = new AtomicInteger();
    final CountDownLatch first = new CountDownLatch(1);
    final CountDownLatch letGo = new CountDownLatch(1);
    volatile boolean failing;

    SlowForces() {
      super(new SimulatedDisk());
    }

    @Override
    public void forceDirectory(Path dir) throws IOException {
      forces.incrementAndGet();
      first.countDown();
      try {
        letGo.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (failing) {
        throw new IOException("no more disk");
      }
    }
  }

  @Test
  void force_whileAnotherRuns_sharesTheNextOne() throws Exception {
    var disk = new SlowForces();
    var commit = new GroupCommit(disk, DIR);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = new ArrayList<Future<?>>();
      waiting.add(threads.submit(call(commit)));
      disk.first.await();
      var sharing = new ConcurrentLinkedQueue<Thread>();
      for (int i = 0; i < 20; i++) {
        waiting.add(
            threads.submit(
                () -> {
                  sharing.add(Thread.currentThread());
                  commit.force();
                  return null;
                }));
      }
      Await.until(
          "all wait for the next force",
          () ->
              sharing.size() == 20
                  && sharing.stream().allMatch(t -> t.getState() == Thread.State.WAITING));
      assertThat(disk.forces).hasValue(1);
      disk.letGo.countDown();
      for (Future<?> one : waiting) {
        one.get();
      }
    }
    assertThat(disk.forces).as("the first, and one for all who came meanwhile").hasValue(2);
  }

  @Test
  void force_alone_forcesEachTime() throws Exception {
    var disk = new SlowForces();
    disk.letGo.countDown();
    var commit = new GroupCommit(disk, DIR);
    commit.force();
    commit.force();
    assertThat(disk.forces).hasValue(2);
  }

  @Test
  void force_thatFails_failsForAllWhoSharedIt_andNotForTheNext() throws Exception {
    var disk = new SlowForces();
    disk.failing = true;
    disk.letGo.countDown();
    var commit = new GroupCommit(disk, DIR);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> one = threads.submit(call(commit));
      assertThatThrownBy(one::get)
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseMessage("no more disk");
    }
    disk.failing = false;
    commit.force();
    assertThat(disk.forces).hasValue(2);
  }

  private static java.util.concurrent.Callable<Void> call(GroupCommit commit) {
    return () -> {
      commit.force();
      return null;
    };
  }
}
