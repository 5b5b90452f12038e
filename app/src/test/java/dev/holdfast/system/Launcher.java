package dev.holdfast.system;

import dev.holdfast.cli.Main;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Commands in processes of their own, as users run them. */
public final class Launcher {
  private Launcher() {}

  /**
   * Returns the command as {@code app/bin/holdfast} starts it, without anything for tests alone but
   * options that make the start of a JVM cheaper.
   */
  public static ProcessBuilder of(String... args) throws IOException {
    return of(ProductJvm.command(List.of()), args);
  }

  /**
   * Returns the command with its classes in files of their own in a directory, since from a
   * directory of classes the JVM opens a file for each class.
   */
  public static ProcessBuilder packed(Path directory, String... args) throws IOException {
    var entries = new ArrayList<String>();
    for (String entry : classPath().split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      entries.add(
          Files.isDirectory(path)
              ? jar(path, directory.resolve(entries.size() + ".jar")).toString()
              : entry);
    }
    return of(ProductJvm.command(List.of(), String.join(File.pathSeparator, entries)), args);
  }

  /** Packs a directory of classes. Returns the jar. */
  static Path jar(Path classes, Path jar) throws IOException {
    try (var out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, out);
        out.closeEntry();
      }
    }
    return jar;
  }

  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static ProcessBuilder of(List<String> jvm, String... args) {
    var command = new ArrayList<>(jvm);
    command.add(Main.class.getName());
    command.addAll(List.of(args));
    var builder = new ProcessBuilder(command);
    builder.environment().put("LANG", "C.UTF-8");
    return builder;
  }
}
