package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Measures stacks on a path.
 *
 * <p>Threading: of one thread.
 */
final class Profiler {
  private static final int SHOWN = 14;
  private static final double NANOS_A_SECOND = 1e9;
  private static final double MICROS_A_SECOND = 1e6;
  private static final double MICROS_A_MS = 1e3;

  /** A further tool, with a load of its own after the rounds. */
  enum Tool {
    /** CPU time and allocations of the first sidecar, by the JDK's Flight Recorder. */
    JFR,
    /** System calls of nginx and of the sidecars. */
    STRACE
  }

  /** Takes lines of output. */
  interface Output {
    void say(String line) throws IOException;
  }

  private final int rounds;
  private final double seconds;
  private final double warmUp;
  private final Set<Tool> tools;
  private final Children children;
  private final Output output;

  /**
   * @param rounds loads of each stack, 0 or more
   * @param seconds the duration of each
   * @param warmUp the seconds of the same load before
   */
  Profiler(
      int rounds,
      double seconds,
      double warmUp,
      Set<Tool> tools,
      Children children,
      Output output) {
    this.rounds = rounds;
    this.seconds = seconds;
    this.warmUp = warmUp;
    this.tools = tools;
    this.children = children;
    this.output = output;
  }

  /** Returns how long all loads of one stack last together, in seconds. */
  double loadSeconds() {
    int loads = rounds;
    loads += tools.contains(Tool.JFR) ? 1 : 0;
    loads += tools.contains(Tool.STRACE) ? 2 : 0; // of nginx, and of the sidecars
    return warmUp + loads * seconds;
  }

  /** Loads stacks in turn, and prints the cost of each load. */
  void run(ProfiledPath path, List<ProfiledStack> stacks) throws IOException, InterruptedException {
    int turn = 1;
    for (ProfiledStack stack : stacks) {
      path.prepare(stack);
      path.prepare(stack, warmUp, turn);
      path.load(stack, warmUp, turn);
    }
    for (int round = 1; round <= rounds; round++) {
      turn++;
      List<ProfiledStack> order = round % 2 == 0 ? stacks.reversed() : stacks;
      for (ProfiledStack stack : order) {
        path.prepare(stack, seconds, turn);
        output.say(
            "%-9s round %d  %s%s"
                .formatted(
                    path,
                    round,
                    measured(path, stack, turn),
                    stacks.size() > 1 ? "  " + stack.variant().title() : ""));
      }
    }
    for (ProfiledStack stack : stacks) {
      if (tools.contains(Tool.JFR)) {
        record(path, stack, ++turn);
      }
      if (tools.contains(Tool.STRACE)) {
        trace(path, stack, ++turn);
        turn++;
      }
    }
  }

  private String measured(ProfiledPath path, ProfiledStack stack, int turn)
      throws IOException, InterruptedException {
    double forces = stack.metric("holdfast_disk_force_seconds_count");
    List<Process> nginx = List.of(stack.stack().nginx());
    List<Process> standIns = stack.session().ground().standIns();
    Cost sidecarsBefore = Cost.of(stack.stack().sidecars());
    Cost nginxBefore = Cost.of(nginx);
    Cost standInsBefore = Cost.of(standIns);
    stack.takeReport();
    long start = System.nanoTime();
    long done = path.load(stack, seconds, turn);
    double took = (System.nanoTime() - start) / NANOS_A_SECOND;
    if (done == 0) {
      throw new IOException(path + ": nothing was done in " + took + " s");
    }
    Cost sidecars = Cost.of(stack.stack().sidecars()).since(sidecarsBefore);
    Cost front = Cost.of(nginx).since(nginxBefore);
    Cost behind = Cost.of(standIns).since(standInsBefore);
    forces = stack.metric("holdfast_disk_force_seconds_count") - forces;
    return String.format(
        Locale.ROOT,
        "%s; us each: nginx %.1f, sidecars %.1f (kernel %.1f), file servers %.1f;"
            + " sidecars over nginx %s; forces %.2f; the sidecars' threads: %s",
        stack.takeReport().map(Profiler::text).orElseGet(() -> text(done, took)),
        front.microsEach(done),
        sidecars.microsEach(done),
        (double) sidecars.kernelTicks() * Cost.TICK_MICROS / done,
        behind.microsEach(done),
        front.ticks() == 0 ? "-" : "%.2f".formatted((double) sidecars.ticks() / front.ticks()),
        forces / done,
        shares(sidecars.ticksByKind()));
  }

  private static String text(WrkReport report) {
    return text(report.requests(), report.micros() / MICROS_A_SECOND)
        + ", p50 %.1f, p99 %.1f ms"
            .formatted(report.p50Micros() / MICROS_A_MS, report.p99Micros() / MICROS_A_MS);
  }

  private static String text(long done, double seconds) {
    return String.format(Locale.ROOT, "%,d in %.1f s: %,.0f/s", done, seconds, done / seconds);
  }

  /** Returns the shares of the whole, without those under a fiftieth. */
  static String shares(Map<String, Long> ticks) {
    long all = ticks.values().stream().mapToLong(Long::longValue).sum();
    return ticks.entrySet().stream()
        .filter(kind -> kind.getValue() * 50 >= all)
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .map(kind -> "%s %d %%".formatted(kind.getKey(), 100 * kind.getValue() / all))
        .collect(Collectors.joining(", "));
  }

  private void record(ProfiledPath path, ProfiledStack stack, int turn)
      throws IOException, InterruptedException {
    Process jvm = stack.stack().sidecar(0);
    Path directory = stack.session().ground().directory();
    Cores cores = stack.plan().cores();
    path.prepare(stack, seconds, turn);
    Recording.start(jvm, children, cores, directory);
    long start = System.nanoTime();
    long done = path.load(stack, seconds, turn);
    double took = (System.nanoTime() - start) / NANOS_A_SECOND;
    Recording recording = Recording.end(jvm, children, cores, directory);
    output.say(
        "%n%s: the first of %d sidecars in %,d requests"
            .formatted(path, stack.stack().sidecars().size(), done));
    output.say("CPU time, %,d samples, by where it is spent:".formatted(recording.cpuSamples()));
    output.say(recording.cpuByGroup(SHOWN));
    output.say("by method (> the JDK's method that it calls):");
    output.say(recording.cpuByMethod(3 * SHOWN));
    output.say(
        String.format(
            Locale.ROOT,
            "allocated: %,.0f bytes a request, all else that the sidecar does included; by class,"
                + " %d samples left out that weigh more than the recording:",
            recording.allocatedBytesPerSecond() * took * stack.stack().sidecars().size() / done,
            recording.leftOut()));
    output.say(recording.allocationByClass(SHOWN));
    output.say("by method:");
    output.say(recording.allocationByMethod(SHOWN));
  }

  private void trace(ProfiledPath path, ProfiledStack stack, int turn)
      throws IOException, InterruptedException {
    List<Long> workers = stack.stack().nginx().descendants().map(ProcessHandle::pid).toList();
    trace(path, stack, turn, "nginx", workers);
    List<Long> sidecars = stack.stack().sidecars().stream().map(Process::pid).toList();
    trace(path, stack, turn + 1, "the sidecars", sidecars);
  }

  private void trace(
      ProfiledPath path, ProfiledStack stack, int turn, String whose, List<Long> pids)
      throws IOException, InterruptedException {
    path.prepare(stack, seconds, turn);
    Ground ground = stack.session().ground();
    try (var calls = SystemCalls.of(pids, children, stack.plan().cores(), ground.directory())) {
      long done = path.load(stack, seconds, turn);
      output.say(
          "%s: system calls of %s for a request, %,d requests: %s"
              .formatted(path, whose, done, SystemCalls.text(calls.end(), done)));
    }
  }
}
