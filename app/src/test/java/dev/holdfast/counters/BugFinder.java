package dev.holdfast.counters;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;

/** Runs what a {@link PlantedBug} names. */
final class BugFinder {
  private static final List<Class<?>> TESTS =
      List.of(
          ActorStatusTest.class,
          ActorTest.class,
          CollectsTest.class,
          DirectoryTest.class,
          ExchangeTest.class,
          FailuresTest.class,
          FreezesTest.class,
          LeavingTest.class,
          LedgerTest.class,
          MembershipTest.class,
          MemoryTest.class,
          NotesTest.class,
          QuestionsTest.class,
          RemainsTest.class,
          RepetitionsTest.class);

  private BugFinder() {}

  /** Throws an AssertionError if it finds anything. */
  static void run(String finder) throws ReflectiveOperationException {
    if (finder.endsWith(" lives")) {
      int lives = Integer.parseInt(finder.substring(0, finder.indexOf(' ')));
      for (int seed = 1; seed <= lives; seed++) {
        new SimulatedLife(seed).live();
      }
      return;
    }
    for (Class<?> test : TESTS) {
      for (Method method : test.getDeclaredMethods()) {
        if (method.getName().equals(finder)) {
          runTest(test, method);
          return;
        }
      }
    }
    throw new IllegalArgumentException("there is no test " + finder);
  }

  private static void runTest(Class<?> test, Method method) throws ReflectiveOperationException {
    var constructor = test.getDeclaredConstructor();
    constructor.setAccessible(true);
    method.setAccessible(true);
    try {
      method.invoke(constructor.newInstance());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof AssertionError found) {
        throw found;
      }
      throw new AssertionError("it fails in another way", e.getCause());
    }
  }
}
