package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * wrk, on the cores of the load: a number of connections, each of which sends its next request when
 * it has its answer.
 *
 * @param method {@code GET}; {@code POST}, with the body {@code 1}; or {@code PUT} or {@code
 *     DELETE}, of another name each time
 * @param lines the lines of the file that {@code targets.lua} reads
 */
record Wrk(String method, int connections, boolean keepAlive, List<String> lines) {
  static final int TIMEOUT_S = 20;

  static Wrk gets(FileSet files, int connections, boolean keepAlive) {
    return new Wrk("GET", connections, keepAlive, files.targets());
  }

  static Wrk puts(String prefix, int bytes, int connections) {
    return new Wrk("PUT", connections, true, List.of(FileSet.PATH + prefix + " " + bytes));
  }

  /** Returns DELETEs of the names that {@link #puts} writes, in the same order. */
  static Wrk deletes(String prefix, int connections) {
    return new Wrk("DELETE", connections, true, List.of(FileSet.PATH + prefix + " 0"));
  }

  /** Returns POSTs of {@code 1} to some targets in turn. */
  static Wrk posts(List<String> targets, int connections) {
    return new Wrk("POST", connections, true, targets);
  }

  /** Returns GETs of some targets in turn. */
  static Wrk gets(List<String> targets, int connections) {
    return new Wrk("GET", connections, true, targets);
  }

  /** A run that has been started. */
  record Running(Process process, Path output) {
    WrkReport end() throws IOException, InterruptedException {
      process.waitFor();
      return WrkReport.parse(Files.readString(output));
    }
  }

  Running start(Children children, Cores cores, Path directory, String url, double seconds)
      throws IOException {
    // Each wrk has its own file, since another one may still be reading.
    Path script = Files.createTempFile(directory, "targets", ".lua");
    Files.write(script, Template.bytes("targets.lua"));
    Path file = Files.write(Files.createTempFile(directory, "targets", ".txt"), lines);
    Path output = Files.createTempFile(directory, "wrk", ".log");
    int threads = Math.min(connections, Cores.count(cores.load()));
    var words = new ArrayList<>(List.of("wrk", "-t" + threads, "-c" + connections));
    words.addAll(
        List.of("-d" + Math.max(1, Math.round(seconds)) + "s", "--timeout", TIMEOUT_S + "s"));
    words.addAll(List.of("-s", script.toString(), url, "--"));
    words.addAll(List.of(method, keepAlive ? "keep" : "close", file.toString()));
    return new Running(children.start(cores.load(), directory, Map.of(), output, words), output);
  }
}
