package dev.holdfast.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.QuietLogs;
import dev.holdfast.disk.Disk;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * Plants each bug into the source of the counters, or of their logs, compiles that, and runs a test
 * with it, which has to find the bug.
 */
@Tag("simulation")
class PlantedBugsTest {
  private static final String PACKAGE = "dev.holdfast.counters.";
  private static final List<String> CHANGED = List.of(PACKAGE, "dev.holdfast.disk.");
  private static final Path SOURCES = Path.of("src/main/java/dev/holdfast");

  @RegisterExtension static final QuietLogs QUIET = QuietLogs.ofAll();

  @TempDir Path dir;

  @ParameterizedTest
  @EnumSource
  void plantedBug_isFound(PlantedBug bug) throws Exception {
    compile(bug);
    var loader = new ChangedClasses(dir.resolve("classes"));
    Method finder = loader.loadClass(PACKAGE + "BugFinder").getDeclaredMethod("run", String.class);
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

  private void compile(PlantedBug bug) throws IOException {
    Map<String, String> changed = new TreeMap<>();
    for (PlantedBug.Change change : bug.changes()) {
      String source =
          changed.containsKey(change.file())
              ? changed.get(change.file())
              : Files.readString(SOURCES.resolve(change.file()));
      assertThat(source).as("the source that the bug is planted in").contains(change.original());
      changed.put(change.file(), source.replace(change.original(), change.replacement()));
    }
    var arguments = new ArrayList<String>();
    arguments.addAll(List.of("-proc:none", "-nowarn", "-d", dir.resolve("classes").toString()));
    arguments.addAll(
        List.of(
            "-cp",
            place(Actor.class)
                + File.pathSeparator
                + place(Disk.class)
                + File.pathSeparator
                + place(LoggerFactory.class)));
    Files.createDirectories(dir.resolve("classes"));
    for (var file : changed.entrySet()) {
      Path path = dir.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
      arguments.add(path.toString());
    }
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    assertThat(code).as("the planted bug compiles").isZero();
  }

  private static String place(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation().getPath();
  }

  /** Loads the classes of these packages anew, those that were compiled here first. */
  private static final class ChangedClasses extends ClassLoader {
    private final Path classes;

    ChangedClasses(Path classes) {
      super(PlantedBugsTest.class.getClassLoader());
      this.classes = classes;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        if (loaded == null && CHANGED.stream().anyMatch(name::startsWith)) {
          loaded = define(name);
        }
        return loaded != null ? loaded : super.loadClass(name, resolve);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      String file = name.replace('.', '/') + ".class";
      Path changed = classes.resolve(file);
      try (InputStream in =
          Files.exists(changed)
              ? Files.newInputStream(changed)
              : getParent().getResourceAsStream(file)) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
