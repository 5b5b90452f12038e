package dev.holdfast.watcher;

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
 * A package whose source is changed, so that a test of it can be run with a planted bug. Its
 * classes, those of tests too, are loaded anew, the changed ones first.
 */
public final class ChangedSources {
  private final String packageName;
  private final Path dir;
  private final Map<String, String> changed = new TreeMap<>();

  /**
   * @param packageName the whole name
   * @param dir a directory of this object alone
   */
  public ChangedSources(String packageName, Path dir) {
    this.packageName = packageName;
    this.dir = dir;
  }

  /** Replaces a part of a class. Fails if the part is not there. */
  public ChangedSources replace(String className, String original, String replacement)
      throws IOException {
    Path source =
        Path.of("src", "main", "java")
            .resolve(packageName.replace('.', '/'))
            .resolve(className + ".java");
    String before =
        changed.containsKey(className) ? changed.get(className) : Files.readString(source);
    assertThat(before).as("the source that the bug is planted in").contains(original);
    changed.put(className, before.replace(original, replacement));
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
      Path path = dir.resolve(file.getKey() + ".java");
      Files.writeString(path, file.getValue());
      arguments.add(path.toString());
    }
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    assertThat(code).as("the planted bug compiles").isZero();
    return new ChangedClasses(packageName + ".", classes);
  }

  private static final class ChangedClasses extends ClassLoader {
    private final String prefix;
    private final Path classes;

    ChangedClasses(String prefix, Path classes) {
      super(ChangedSources.class.getClassLoader());
      this.prefix = prefix;
      this.classes = classes;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        if (loaded == null && name.startsWith(prefix)) {
          loaded = define(name);
        }
        return loaded != null ? loaded : super.loadClass(name, resolve);
      }
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
