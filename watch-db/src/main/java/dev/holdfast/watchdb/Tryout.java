package dev.holdfast.watchdb;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The program of {@code make watch}: starts a farm of sites with faults and a database, applies a
 * list of endpoints, runs the watcher, and prints once a second what it found.
 */
public final class Tryout {
  private static final int EXIT_FAILURE = 1;
  private static final int EXIT_BAD_INPUT = 2;
  private static final String DATABASE = "watch";
  private static final int HEADING_LINES = 20;
  private static final long STOP_S = 30;

  private final TryoutOptions options;
  private final PrintStream out;
  private final List<AutoCloseable> parts = new ArrayList<>(); // guarded by itself
  private final CountDownLatch stopped = new CountDownLatch(1);

  private Tryout(TryoutOptions options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  /**
   * Runs until it is interrupted. The exit code is 1 if a part did not start or ended by itself,
   * and 2 for a bad option.
   *
   * @param args the program {@code holdfast}, and the options of {@code make watch}
   */
  public static void main(String[] args) throws Exception {
    PrintStream out = System.out;
    TryoutOptions options;
    try {
      options = TryoutOptions.parse(List.of(args));
    } catch (IllegalArgumentException e) {
      System.err.println("watch: " + e.getMessage());
      System.exit(EXIT_BAD_INPUT);
      return;
    }
    var tryout = new Tryout(options, out);
    Runtime.getRuntime().addShutdownHook(new Thread(tryout::close));
    System.exit(tryout.run());
  }

  private int run() throws Exception {
    if (options.dbUrl().isEmpty() && !EmbeddedDatabase.isSupported()) {
      out.println(
          "the embedded PostgreSQL has no binaries for this machine, only for linux-amd64: name a"
              + " server with --db-url");
      return EXIT_BAD_INPUT;
    }
    Path work = Files.createTempDirectory("holdfast-watch-");
    add(() -> delete(work));
    TryoutSites sites = add(TryoutSites.start(options.count()));
    out.println(sites.summary());
    List<String> database = database(work);
    Path list = Files.writeString(work.resolve("watch.yaml"), sites.list());
    Path authorities = Files.writeString(work.resolve("ca.pem"), sites.authorities());
    var apply = new ArrayList<>(List.of(options.program(), "watch", "apply", list.toString()));
    apply.addAll(database);
    if (run(apply, work.resolve("apply.log")) != 0) {
      out.print(Files.readString(work.resolve("apply.log")));
      return EXIT_FAILURE;
    }
    var watch = new ArrayList<>(List.of(options.program(), "watch"));
    watch.addAll(database);
    watch.addAll(
        List.of(
            "--port",
            Integer.toString(options.port()),
            "--data-dir",
            work.resolve("data").toString(),
            "--allow-net",
            "127.0.0.0/8",
            "--dns-servers",
            sites.dnsServer(),
            "--ca-file",
            authorities.toString()));
    Path log = work.resolve("watch.log");
    Process watcher =
        new ProcessBuilder(watch).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    add(() -> end(watcher));
    URI status = URI.create("http://127.0.0.1:" + options.port() + "/status");
    out.println("the watcher starts; " + status + " has more, its log is " + log);
    return print(watcher, new TryoutStatus(status), log);
  }

  /** Returns the options of the database for the watcher. It starts the embedded one if need be. */
  private List<String> database(Path work) throws Exception {
    var found = new ArrayList<String>();
    if (options.dbUrl().isEmpty()) {
      EmbeddedDatabase server =
          add(EmbeddedDatabase.start(Files.createDirectory(work.resolve("db")), 0));
      server.create(DATABASE);
      out.println("an embedded PostgreSQL: " + server.url(DATABASE));
      found.addAll(List.of("--db-url", server.url(DATABASE), "--db-user", EmbeddedDatabase.USER));
    } else {
      found.addAll(List.of("--db-url", options.dbUrl()));
      if (!options.dbUser().isEmpty()) {
        found.addAll(List.of("--db-user", options.dbUser()));
      }
      if (!options.dbPasswordFile().isEmpty()) {
        found.addAll(List.of("--db-password-file", options.dbPasswordFile()));
      }
    }
    return found;
  }

  /** Prints a line a second, until the end. */
  private int print(Process watcher, TryoutStatus status, Path log)
      throws IOException, InterruptedException {
    for (int lines = 0; !stopped.await(1, TimeUnit.SECONDS); ) {
      if (!watcher.isAlive()) {
        out.println("the watcher has ended by itself; its log:");
        out.print(Files.readString(log));
        return EXIT_FAILURE;
      }
      String line = status.line();
      if (!line.isEmpty()) {
        if (lines % HEADING_LINES == 0) {
          out.println(TryoutStatus.HEADING);
        }
        lines++;
        out.println(line);
      }
    }
    return 0;
  }

  private static int run(List<String> command, Path log) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start()
        .waitFor();
  }

  private static void end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_S, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  private static void delete(Path dir) throws IOException {
    try (var files = Files.walk(dir)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private <T extends AutoCloseable> T add(T part) {
    synchronized (parts) {
      parts.add(part);
    }
    return part;
  }

  /** Ends all parts, the last one first. */
  private void close() {
    stopped.countDown();
    List<AutoCloseable> all;
    synchronized (parts) {
      all = List.copyOf(parts);
    }
    for (AutoCloseable part : all.reversed()) {
      try {
        part.close();
      } catch (Exception e) { // the others end all the same
        out.println("a part did not end: " + e);
      }
    }
  }
}
