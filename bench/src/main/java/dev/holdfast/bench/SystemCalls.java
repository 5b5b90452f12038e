package dev.holdfast.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The system calls of processes and their threads, counted by {@code strace -c}. It slows them down
 * a lot.
 *
 * <p>Threading: of one thread.
 */
final class SystemCalls implements AutoCloseable {
  private static final Pattern LINE =
      Pattern.compile("(?m)^\\s*[\\d.]+\\s+[\\d.]+\\s+\\d+\\s+(\\d+)\\s+(?:\\d+\\s+)?([a-z]\\w*)$");

  /** Calls that are rarer than this for a request are not shown. */
  private static final double SHOWN_MIN = 0.05;

  private final Children children;
  private final Process strace;
  private final Path output;

  private SystemCalls(Children children, Process strace, Path output) {
    this.children = children;
    this.strace = strace;
    this.output = output;
  }

  /**
   * Checks that strace is installed.
   *
   * @throws IOException if it is not
   */
  static void requireStrace() throws IOException, InterruptedException {
    try {
      new ProcessBuilder("strace", "-V")
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new IOException("strace not found: make bench-tools", e);
    }
  }

  /** Starts to count. */
  static SystemCalls of(List<Long> pids, Children children, Cores cores, Path directory)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(directory, "strace", ".txt");
    Path log = Files.createTempFile(directory, "strace", ".log");
    var words = new ArrayList<>(List.of("strace", "-c", "-f", "-o", output.toString()));
    pids.forEach(pid -> words.addAll(List.of("-p", pid.toString())));
    Process strace = children.start(cores.load(), directory, Map.of(), log, words);
    Children.await(strace, log, () -> attached(log) == pids.size(), Wrk.TIMEOUT_S * 1000L);
    return new SystemCalls(children, strace, output);
  }

  /** Returns how many processes strace says that it follows. */
  private static long attached(Path log) {
    try (var lines = Files.lines(log)) {
      return lines.filter(line -> line.contains(" attached")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the counting. Returns how often each call was made. */
  Map<String, Long> end() throws IOException {
    children.stop(strace);
    return parse(Files.readString(output));
  }

  @Override
  public void close() {
    children.stop(strace);
  }

  static Map<String, Long> parse(String table) {
    var calls = new TreeMap<String, Long>();
    Matcher line = LINE.matcher(table);
    while (line.find()) {
      if (!line.group(2).equals("total")) {
        calls.put(line.group(2), Long.valueOf(line.group(1)));
      }
    }
    return calls;
  }

  /** Returns the calls for each of so many requests, the most frequent first. */
  static String text(Map<String, Long> calls, long requests) {
    return calls.entrySet().stream()
        .filter(call -> (double) call.getValue() / requests >= SHOWN_MIN)
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .map(
            call ->
                String.format(
                    Locale.ROOT, "%s %.2f", call.getKey(), (double) call.getValue() / requests))
        .collect(Collectors.joining(", "));
  }
}
