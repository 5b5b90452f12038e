package dev.holdfast.system.counters;

import dev.holdfast.BuildDirectory;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.Deflater;

/** The product and its libraries in one jar, as the build packs them after the tests. */
final class OneJar {
  private static final String SERVICES = "META-INF/services/";

  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  private OneJar() {}

  /** Writes the jar. */
  static void write(Path jar) throws IOException {
    String libraries = Files.readString(BuildDirectory.path().resolve("libraries.txt"));
    var one = new OneJar();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path)) {
        if (Files.exists(path.resolve("dev/holdfast/cli/Main.class"))) {
          one.addDirectory(path);
        }
      } else if (isLibrary(path, libraries)) {
        one.addJar(path);
      }
    }
    one.writeTo(jar);
  }

  /** A line of the list is {@code group:artifact:jar[:classifier]:version:scope}. */
  private static boolean isLibrary(Path jar, String libraries) {
    String name = jar.getFileName().toString().replaceAll("\\.jar$", "");
    return libraries
        .lines()
        .map(line -> List.of(line.strip().split(":", -1)))
        .anyMatch(parts -> parts.size() > 3 && name.equals(fileName(parts)));
  }

  private static String fileName(List<String> parts) {
    String artifact = parts.get(1);
    return parts.size() > 5
        ? artifact + "-" + parts.get(4) + "-" + parts.get(3)
        : artifact + "-" + parts.get(3);
  }

  private void addDirectory(Path classes) throws IOException {
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        add(classes.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
  }

  private void addJar(Path library) throws IOException {
    try (var jar = new JarFile(library.toFile())) {
      for (JarEntry entry : jar.stream().filter(e -> !e.isDirectory()).toList()) {
        try (InputStream in = jar.getInputStream(entry)) {
          add(entry.getName(), in.readAllBytes());
        }
      }
    }
  }

  private void add(String name, byte[] content) {
    if (name.equals(SERVICES + "java.security.Provider")) {
      return; // app/pom.xml says why
    }
    if (name.startsWith(SERVICES)) {
      entries.merge(name, content, OneJar::joined);
    } else if (!name.endsWith("module-info.class")
        && !name.matches("META-INF/[^/]*(SF|DSA|RSA|MF)")) {
      entries.putIfAbsent(name, content);
    }
  }

  private static byte[] joined(byte[] one, byte[] other) {
    var joined = new byte[one.length + 1 + other.length];
    System.arraycopy(one, 0, joined, 0, one.length);
    joined[one.length] = '\n';
    System.arraycopy(other, 0, joined, one.length + 1, other.length);
    return joined;
  }

  private void writeTo(Path jar) throws IOException {
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MULTI_RELEASE, "true");
    try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      out.setLevel(Deflater.BEST_SPEED);
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new JarEntry(entry.getKey()));
        out.write(entry.getValue());
        out.closeEntry();
      }
    }
  }
}
