package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ChangedSources;
import dev.holdfast.QuietLogs;
import dev.holdfast.disk.Disk;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * Plants each bug into the source of the counters, or of their logs, compiles that, and runs a test
 * with it, which has to find the bug.
 */
@Tag("planted")
@Execution(ExecutionMode.CONCURRENT)
class PlantedBugsTest {
  private static final String PACKAGE = "dev.holdfast.counters";

  @RegisterExtension static final QuietLogs QUIET = QuietLogs.ofAll();

  @TempDir Path dir;

  @ParameterizedTest
  @EnumSource
  void plantedBug_isFound(PlantedBug bug) throws Exception {
    Method finder =
        compile(bug).loadClass(PACKAGE + ".BugFinder").getDeclaredMethod("run", String.class);
    finder.setAccessible(true);
    assertThatThrownBy(
            () -> {
              try {
                finder.invoke(null, bug.finder());
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            })
        .isInstanceOf(AssertionError.class);
  }

  private ClassLoader compile(PlantedBug bug) throws IOException {
    var sources = new ChangedSources(dir, PACKAGE, "dev.holdfast.disk");
    for (PlantedBug.Change change : bug.changes()) {
      sources.replace(change.file(), change.original(), change.replacement());
    }
    return sources.compile(Actor.class, Disk.class, LoggerFactory.class);
  }
}
