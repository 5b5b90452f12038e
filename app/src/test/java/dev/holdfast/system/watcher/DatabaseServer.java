package dev.holdfast.system.watcher;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.watchdb.EmbeddedDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A PostgreSQL server whose processes are stopped and killed, with one database. */
final class DatabaseServer implements AutoCloseable {
  private static final String DATABASE = "watch";

  private final Path dir;
  private final int port;
  private EmbeddedDatabase server;

  /**
   * @param dir gets the data
   */
  DatabaseServer(Path dir) throws Exception {
    assumeTrue(EmbeddedDatabase.isSupported(), "the embedded PostgreSQL is for linux-amd64");
    this.dir = dir;
    this.port = FreePorts.one();
    this.server = EmbeddedDatabase.start(dir, port);
    server.create(DATABASE);
  }

  int port() {
    return port;
  }

  String url() {
    return server.url(DATABASE);
  }

  /** Returns its first process, the postmaster: the first line of its pid file. */
  private ProcessHandle postmaster() throws IOException {
    try (Stream<String> lines = Files.lines(dir.resolve("postmaster.pid"))) {
      return ProcessHandle.of(Long.parseLong(lines.findFirst().orElseThrow())).orElseThrow();
    }
  }

  private List<ProcessHandle> processes() throws IOException {
    ProcessHandle first = postmaster();
    return Stream.concat(Stream.of(first), first.descendants()).toList();
  }

  /**
   * Lets all of its processes stand still, and returns them in the order in which they may go on.
   * The postmaster stops first and goes on last: no process that ends meanwhile is gone before.
   */
  List<ProcessHandle> pause() throws Exception {
    ProcessHandle first = postmaster();
    Signals.send("STOP", first.pid());
    List<ProcessHandle> others = first.descendants().toList();
    for (ProcessHandle process : others) {
      Signals.send("STOP", process.pid());
    }
    return Stream.concat(others.stream(), Stream.of(first)).toList();
  }

  /** Lets processes go on, in this order. */
  static void resume(List<ProcessHandle> stopped) throws Exception {
    for (ProcessHandle process : stopped) {
      Signals.send("CONT", process.pid());
    }
  }

  /** Kills the postmaster by {@code kill -9}. Its other processes end by themselves. */
  void kill() throws Exception {
    List<ProcessHandle> all = processes();
    Signals.send("KILL", postmaster().pid());
    Await.until("all have ended", () -> all.stream().noneMatch(ProcessHandle::isAlive));
  }

  /** Starts a killed one again on its data and its port. */
  void restart() throws IOException {
    server.close();
    server = EmbeddedDatabase.start(dir, port);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
