package dev.holdfast;

import dev.holdfast.testkit.Effort;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;

/**
 * Runs the operations of a class from several threads at once, in interleavings that Lincheck
 * chooses. Their results have to be those of the same operations one after the other, in some
 * order. A class whose operations return whether all is right has to return that alone.
 */
public final class Interleavings {
  private static final int THREADS = 3;

  private Interleavings() {}

  /** In interleavings of single steps. They are the same each time. */
  public static void checkAll(Class<?> operations) {
    new ModelCheckingOptions()
        .iterations(Effort.of(2, 30))
        .invocationsPerIteration(Effort.of(200, 5_000))
        .threads(THREADS)
        .actorsBefore(0)
        .actorsPerThread(2)
        .actorsAfter(0)
        .check(operations);
  }

  /**
   * On real threads, for what has too many steps to choose from.
   *
   * @param sequential the same operations for one thread, as they have to be
   */
  public static void checkByStress(Class<?> operations, Class<?> sequential) {
    new StressOptions()
        .iterations(Effort.of(4, 50))
        .invocationsPerIteration(Effort.of(1_000, 20_000))
        .threads(THREADS)
        .actorsBefore(0)
        .actorsPerThread(3)
        .actorsAfter(0)
        .sequentialSpecification(sequential)
        .check(operations);
  }
}
