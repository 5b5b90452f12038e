package dev.holdfast.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.BuildDirectory;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.Patience;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.Deflater;

/**
 * The start of a JVM in which the product runs for a test. Such a JVM spends most of its time
 * starting. Its options make that cheap, and it takes classes that are loaded and linked
 * beforehand, from a file.
 *
 * <p>One of the JVMs with tests makes the file for each build, in {@code product-jvm} of its
 * directory. A start that comes before that takes the classes where the build has left them.
 *
 * <p>Threading: may be used from any number of threads, and of JVMs.
 */
public final class ProductJvm {
  private static final List<String> OPTIONS =
      List.of(
          "--sun-misc-unsafe-memory-access=allow",
          "--enable-native-access=ALL-UNNAMED",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1");

  private static final Path PLACE = BuildDirectory.path().resolve("product-jvm");
  private static final Path PRODUCT = BuildDirectory.classes();
  private static final Path TESTS = BuildDirectory.testClasses();

  /** The main class of the process in which the file of classes learns what is loaded. */
  private static final Class<?> TRAINING = SeveralCommands.class;

  private static final Object LOCK = new Object();

  /** The place of what is made for this build. Null until it is known. Guarded by {@link #LOCK}. */
  private static Path ofThisBuild;

  private ProductJvm() {}

  /**
   * Returns a command that ends with the class path, which has nothing of the tests. The main class
   * and its arguments come next.
   *
   * @param options further ones of the JVM
   */
  public static List<String> command(List<String> options) throws IOException {
    return command(
        options, entries().stream().filter(entry -> !entry.endsWith("test-classes")).toList());
  }

  /** Returns the same with the classes of the tests, and with their log. */
  public static List<String> commandWithTests(List<String> options) throws IOException {
    return command(options, entries());
  }

  /** Returns a command that takes the classes from a class path, and never from the file. */
  static List<String> command(List<String> options, String classPath) {
    var words = new ArrayList<>(List.of(java()));
    words.addAll(OPTIONS);
    words.addAll(options);
    words.addAll(List.of("-cp", classPath));
    return words;
  }

  private static List<String> command(List<String> options, List<Path> entries) throws IOException {
    Optional<Path> made = made();
    if (made.isEmpty()) {
      return command(options, joined(entries));
    }
    var more = new ArrayList<>(options);
    more.add("-XX:AOTCache=" + classes(made.get()));
    // The file is for a class path that begins with these jars.
    var fitting = new ArrayList<>(jars(made.get()));
    entries.stream().filter(Files::isDirectory).forEach(fitting::add);
    return command(more, joined(fitting));
  }

  /** Returns the place of what is made for this build, or empty while another JVM makes it. */
  private static Optional<Path> made() throws IOException {
    synchronized (LOCK) {
      if (ofThisBuild == null) {
        ofThisBuild = PLACE.resolve(fingerprint()).toAbsolutePath();
      }
      if (Files.exists(classes(ofThisBuild))) {
        return Optional.of(ofThisBuild);
      }
      Files.createDirectories(PLACE);
      try (var channel =
              FileChannel.open(
                  PLACE.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        if (lock == null) {
          return Optional.empty();
        }
        if (!Files.exists(classes(ofThisBuild))) {
          make(ofThisBuild);
        }
        return Optional.of(ofThisBuild);
      }
    }
  }

  /** Makes everything anew. The file of classes appears last, and whole. */
  private static void make(Path place) throws IOException {
    try (Stream<Path> old = Files.list(PLACE)) {
      for (Path path : old.filter(Files::isDirectory).toList()) {
        delete(path);
      }
    }
    Files.createDirectory(place);
    writeJar(jar(place));
    Path classes = place.resolve("new");
    try {
      train(place, classes);
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("no file of classes for the product", e);
    }
    Files.move(classes, classes(place), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Runs the product, which writes what it has loaded when it ends. */
  private static void train(Path place, Path classes) throws Exception {
    List<Integer> ports = FreePorts.take(3);
    String fileServer = "127.0.0.1:" + ports.get(0);
    String sidecar = "127.0.0.1:" + ports.get(1);
    String counters = "127.0.0.1:" + ports.get(2);
    var words =
        new ArrayList<>(command(List.of("-XX:AOTCacheOutput=" + classes), joined(jars(place))));
    words.add(TRAINING.getName());
    words.addAll(
        SeveralCommands.arguments(
            List.of(
                List.of(
                    "fileserver", "--port=" + ports.get(0), "--data-dir=" + place.resolve("files")),
                List.of(
                    "sidecar",
                    "--port=" + ports.get(1),
                    "--ring=" + sidecar,
                    "--self=" + sidecar,
                    "--origin=http://" + fileServer,
                    "--staging-dir=" + place.resolve("staging")),
                List.of(
                    "counters",
                    "--id=1",
                    "--host=127.0.0.1",
                    "--port=" + ports.get(2),
                    "--data-dir=" + place.resolve("counters")))));
    Path log = place.resolve("log");
    var builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().put("LANG", "C.UTF-8");
    Process process = builder.redirectOutput(log.toFile()).start();
    try {
      for (String server : List.of(sidecar, counters)) {
        Await.until(server + " is up", () -> isUp(server) || !process.isAlive());
      }
      assertThat(process.isAlive()).as(() -> text(log)).isTrue();
      var api = new Api(URI.create("http://" + sidecar));
      assertThat(api.put("name", "content").status()).isEqualTo(201);
      assertThat(api.get("name").status()).isEqualTo(200);
      process.destroy();
      assertThat(process.waitFor(Patience.STEP_S, TimeUnit.SECONDS)).isTrue();
      assertThat(classes).as(() -> text(log)).exists();
    } finally {
      process.destroyForcibly();
    }
  }

  private static boolean isUp(String server) {
    try {
      return new Api(URI.create("http://" + server)).ask("GET", "/health").status() == 200;
    } catch (IOException e) {
      return false; // not yet
    }
  }

  /** Packs the product, with the main class of the training. */
  private static void writeJar(Path jar) throws IOException {
    Path training = Path.of(TRAINING.getName().replace('.', '/') + ".class");
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.setLevel(Deflater.NO_COMPRESSION);
      for (Path file : filesOf(PRODUCT)) {
        add(PRODUCT.relativize(file), file, out);
      }
      add(training, TESTS.resolve(training), out);
    }
  }

  private static void add(Path name, Path file, JarOutputStream out) throws IOException {
    out.putNextEntry(new JarEntry(name.toString()));
    Files.copy(file, out);
    out.closeEntry();
  }

  /** Returns a name that only the same classes, libraries and JVM have. */
  private static String fingerprint() throws IOException {
    var facts = new StringBuilder(System.getProperty("java.home") + Runtime.version() + OPTIONS);
    var files = new ArrayList<Path>(filesOf(PRODUCT));
    files.addAll(libraries());
    for (Path file : files) {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      facts.append(file).append(attributes.size()).append(attributes.lastModifiedTime());
    }
    try {
      byte[] all = facts.toString().getBytes(StandardCharsets.UTF_8);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(all);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Path> filesOf(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static Path jar(Path place) {
    return place.resolve("product.jar");
  }

  private static Path classes(Path place) {
    return place.resolve("classes.aot");
  }

  /** Returns what the file of classes has its classes from. */
  private static List<Path> jars(Path place) {
    return Stream.concat(Stream.of(jar(place)), libraries().stream()).toList();
  }

  private static List<Path> libraries() {
    return entries().stream().filter(entry -> !Files.isDirectory(entry)).toList();
  }

  private static List<Path> entries() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(Path::of)
        .toList();
  }

  private static String joined(List<Path> entries) {
    return String.join(File.pathSeparator, entries.stream().map(Path::toString).toList());
  }

  private static String text(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
