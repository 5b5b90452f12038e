package dev.holdfast.origin;

import static dev.holdfast.names.Names.stored;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Interleavings;
import dev.holdfast.names.StoredName;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.BooleanGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** However threads take turns: one request a file, so many at once at the origin, none left. */
@Tag("interleaving")
public final class OriginInterleavingTest {
  private static final Deadline NEVER = new Deadline(Long.MAX_VALUE / 2, Long.MAX_VALUE / 2);
  private static final int PLACES_MAX = 2;
  private static final int WRITES_MAX = 1;

  @Test
  void turn_isOfOne() {
    Interleavings.checkAll(FileTurns.class);
  }

  @Test
  void places_areNotExceeded() {
    Interleavings.checkAll(Places.class);
  }

  @Test
  void placesThatAreLookedAtBeforeTheyAreTaken_areCaught() {
    assertThatThrownBy(() -> Interleavings.checkAll(LooseCounts.class))
        .isInstanceOf(LincheckAssertionError.class);
  }

  /** Turns of two files. */
  public static final class FileTurns {
    private static final StoredName A = stored("a");
    private static final StoredName B = stored("b");

    private final Turns turns = new Turns();
    private final AtomicInteger insideA = new AtomicInteger();
    private final AtomicInteger insideB = new AtomicInteger();

    /** Returns true if nobody else had the turn meanwhile. */
    @Operation
    public boolean take(@Param(gen = BooleanGen.class) boolean a) throws InterruptedException {
      try (Turn turn = turns.take(a ? A : B, NEVER).orElseThrow()) {
        return isAlone(turn.name().equals(A) ? insideA : insideB);
      }
    }

    /** Fails if a file still has a line. */
    @Validate
    public void nothingIsLeft() {
      if (turns.lines() != 0) {
        throw new IllegalStateException(turns.lines() + " lines are left");
      }
    }
  }

  /** Two places, one of them for writes at most. */
  public static final class Places {
    private final Permits permits = new Permits(PLACES_MAX, WRITES_MAX, WRITES_MAX);
    private final AtomicInteger inUse = new AtomicInteger();
    private final AtomicInteger writes = new AtomicInteger();

    /** Returns true if it got a place, and there were not too many. */
    @Operation
    public boolean read() throws InterruptedException {
      boolean isTaken = permits.takeForRead(NEVER) == Permits.Answer.TAKEN;
      boolean isRight = inUse.incrementAndGet() <= PLACES_MAX;
      inUse.decrementAndGet();
      permits.releaseRead();
      return isTaken && isRight;
    }

    @Operation
    public boolean write() throws InterruptedException {
      boolean isTaken = permits.takeForWrite(NEVER) == Permits.Answer.TAKEN;
      boolean isRight = inUse.incrementAndGet() <= PLACES_MAX;
      boolean isRightOfWrites = writes.incrementAndGet() <= WRITES_MAX;
      writes.decrementAndGet();
      inUse.decrementAndGet();
      permits.releaseWrite();
      return isTaken && isRight && isRightOfWrites;
    }

    /** Fails if a place is still taken, or somebody waits. */
    @Validate
    public void nothingIsLeft() {
      if (permits.inUse() != 0 || permits.waiting() != 0) {
        throw new IllegalStateException(
            permits.inUse() + " in use, " + permits.waiting() + " waiting");
      }
    }
  }

  /** A place that is counted by hand, with a look and a step that others can come between. */
  public static final class LooseCounts {
    private final AtomicInteger inUse = new AtomicInteger();

    @Operation
    public boolean write() {
      if (inUse.get() >= WRITES_MAX) {
        return true; // refused, which is right
      }
      boolean isRight = inUse.incrementAndGet() <= WRITES_MAX;
      inUse.decrementAndGet();
      return isRight;
    }
  }

  private static boolean isAlone(AtomicInteger inside) {
    boolean isAlone = inside.incrementAndGet() == 1;
    inside.decrementAndGet();
    return isAlone;
  }
}
