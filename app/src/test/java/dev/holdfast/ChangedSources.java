package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * Packages whose source is changed, so that a test of them can be run with a planted bug. Their
 * classes, those of tests too, are loaded anew, the changed ones first.
 */
public final class ChangedSources {
  private static final Path SOURCES = Path.of("src", "main", "java", "dev", "holdfast");

  private final Path dir;
  private final List<String> packageNames;
  private final Map<String, String> changed = new TreeMap<>();

  /**
   * @param dir a directory of this object alone
   * @param packageNames the whole names of the packages, which stand for those below them, too
   */
  public ChangedSources(Path dir, String... packageNames) {
    this.dir = dir;
    this.packageNames = List.of(packageNames);
  }

  /**
   * Replaces a part of a file. Fails if the part is not there.
   *
   * @param file its place below {@code dev/holdfast}, such as {@code disk/Disk.java}
   */
  public ChangedSources replace(String file, String original, String replacement)
      throws IOException {
    String before =
        changed.containsKey(file) ? changed.get(file) : Files.readString(SOURCES.resolve(file));
    assertThat(before).as("the source that the bug is planted in").contains(original);
    changed.put(file, before.replace(original, replacement));
    return this;
  }

  /**
   * Compiles the changed classes.
   *
   * @param used a class of each place that they use classes of
   */
  public ClassLoader compile(Class<?>... used) throws IOException {
    Path classes = Files.createDirectories(dir.resolve("classes"));
    Set<String> places = new LinkedHashSet<>();
    Stream.of(used)
        .map(type -> type.getProtectionDomain().getCodeSource().getLocation().getPath())
        .forEach(places::add);
    var arguments =
        new ArrayList<String>(
            List.of(
                "-proc:none",
                "-nowarn",
                "-d",
                classes.toString(),
                "-cp",
                String.join(File.pathSeparator, places)));
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
    return new ChangedClasses(packageNames, classes);
  }

  private static final class ChangedClasses extends ClassLoader {
    private final List<String> packageNames;
    private final Path classes;

    ChangedClasses(List<String> packageNames, Path classes) {
      super(ChangedSources.class.getClassLoader());
      this.packageNames = packageNames;
      this.classes = classes;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        if (loaded == null && isChanged(name)) {
          loaded = define(name);
        }
        return loaded != null ? loaded : super.loadClass(name, resolve);
      }
    }

    private boolean isChanged(String name) {
      return packageNames.stream().anyMatch(of -> name.startsWith(of + "."));
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      String file = name.replace('.', '/') + ".class";
      Path own = classes.resolve(file);
      try (InputStream in =
          Files.exists(own) ? Files.newInputStream(own) : getParent().getResourceAsStream(file)) {
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
