package dev.holdfast.bench;

import dev.holdfast.watchdb.EmbeddedDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * The process that starts PostgreSQL. It is one of its own, since a killed server leaves behind a
 * lock of the process that has started it. The server ends with it, unless it is killed.
 */
final class WatchServer {
  private WatchServer() {}

  /** Runs until the process is ended: directory of the data, port, in this order. */
  public static void main(String[] args) throws IOException {
    EmbeddedDatabase server = EmbeddedDatabase.start(Path.of(args[0]), Integer.parseInt(args[1]));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    server.close();
                  } catch (IOException e) {
                    System.err.println("PostgreSQL does not end: " + e);
                  }
                }));
    while (true) {
      LockSupport.park();
    }
  }
}
