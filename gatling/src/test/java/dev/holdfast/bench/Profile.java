package dev.holdfast.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code make bench-profile}: where the time of a request goes, on each path that it may take. */
@Command(
    name = "bench-profile",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures what nginx, the sidecars and the file servers spend on a request, on each path that"
          + " it may take, and says where it goes.",
      "Variants run beside each other, and are loaded in turn: --against, --jvm and --nginx make"
          + " one each."
    },
    footer = {
      "",
      "  bench-profile --paths PUT,COLD --with JFR",
      "  bench-profile --paths PUBLISHED --nginx 'tcp_nopush on=>tcp_nopush off' --rounds 5",
      "  bench-profile --paths PUT --against ../holdfast-before --rounds 4"
    })
public final class Profile implements Callable<Integer> {
  private static final int SHOWN = 14;

  /** What else is looked at, in a load of its own after the rounds. */
  enum Tool {
    /** CPU time and allocations of the first sidecar, by the JDK's Flight Recorder. */
    JFR,
    /** System calls of nginx and of the first sidecar. */
    STRACE
  }

  @Option(names = "--paths", split = ",", description = "only these: ${COMPLETION-CANDIDATES}")
  private Set<ProfiledPath> paths = EnumSet.allOf(ProfiledPath.class);

  @Option(names = "--with", split = ",", description = "${COMPLETION-CANDIDATES}; default neither")
  private Set<Tool> tools = EnumSet.noneOf(Tool.class);

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "loads that count, of each variant; default ${DEFAULT-VALUE}")
  private int rounds;

  @Option(
      names = "--seconds",
      defaultValue = "4",
      description = "that each load lasts; default ${DEFAULT-VALUE}")
  private double seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "10",
      description =
          "seconds of the same load before the first that counts; default ${DEFAULT-VALUE}")
  private double warmUp;

  @Option(
      names = "--pairs",
      defaultValue = "1",
      description = "sidecars and file servers; default ${DEFAULT-VALUE}")
  private int pairs;

  @Option(
      names = "--file-server-cores",
      description = "as taskset takes them; default those of the load, the second half")
  private String fileServerCores;

  @Option(names = "--latency-ms", description = "that the file servers sleep; default by path")
  private Long latencyMs;

  @Option(names = "--against", description = "the root of another checkout that has been built")
  private List<Path> others = List.of();

  @Option(names = "--jvm", description = "more options of the sidecars' JVMs")
  private List<String> jvms = List.of();

  @Option(names = "--nginx", description = "OLD=>NEW in nginx's configuration")
  private List<String> edits = List.of();

  @Option(
      names = "--dir",
      description = "where all files are kept while it runs, on the disk that is to be measured")
  private Path dir = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(names = "--project", required = true, description = "the root of the repository")
  private Path project;

  @Option(names = "--out", required = true, description = "where profile.txt goes")
  private Path out;

  private final PrintStream progress = System.out;
  private final StringBuilder text = new StringBuilder();
  private final Children children = new Children();

  /** Runs the command and exits with its code. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Profile())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOverwrittenOptionsAllowed(true) // --out has been given once by the script
            .execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Cores halves = Machine.halves();
    Cores cores =
        fileServerCores == null
            ? halves
            : new Cores(halves.servers(), halves.load(), fileServerCores);
    Path work = Files.createTempDirectory(Files.createDirectories(dir), "holdfast-bench");
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().unstarted(() -> children.endIn(work, progress)));
    say("machine: " + Machine.describe(work, cores));
    for (ProfiledPath path : paths) {
      var stacks = new ArrayList<ProfiledStack>();
      try {
        for (Variant variant : variants()) {
          stacks.add(start(path, variant, Files.createTempDirectory(work, "stack"), cores));
        }
        profile(path, stacks);
      } finally {
        stacks.forEach(ProfiledStack::close);
      }
    }
    Files.createDirectories(out);
    Files.writeString(out.resolve("profile.txt"), text);
    return 0;
  }

  private List<Variant> variants() {
    Variant first = Variant.asItIs(project.toAbsolutePath().normalize());
    var variants = new ArrayList<>(List.of(first));
    others.forEach(other -> variants.add(first.of(other.toAbsolutePath().normalize())));
    jvms.forEach(options -> variants.add(first.withJvm(options)));
    edits.forEach(edit -> variants.add(first.withEdit(Variant.Edit.parse(edit))));
    return variants;
  }

  private ProfiledStack start(ProfiledPath path, Variant variant, Path directory, Cores cores)
      throws IOException, InterruptedException {
    var plan = new Plan(variant.project(), directory, cores, pairs, seconds, false);
    var files = new ArrayList<>(List.of(plan.small(), plan.medium()));
    files.addAll(path.files(plan));
    Ground ground =
        Ground.lay(
            plan.project(),
            directory,
            cores,
            children,
            pairs,
            latencyMs != null ? latencyMs : path.latencyMs(),
            files);
    HoldfastStack stack = HoldfastStack.start(ground, variant, path.options());
    var session = new Session(plan, Candidate.HOLDFAST, ground, stack.front(), new Client());
    return new ProfiledStack(variant, session, stack);
  }

  private void profile(ProfiledPath path, List<ProfiledStack> stacks)
      throws IOException, InterruptedException {
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
        say(
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
      }
    }
  }

  private String measured(ProfiledPath path, ProfiledStack stack, int turn)
      throws IOException, InterruptedException {
    double forces = stack.metric("holdfast_disk_force_seconds_count");
    List<Process> nginx = List.of(stack.stack().nginx());
    List<Process> standIns = stack.session().ground().standIns();
    Cost before = Cost.of(stack.stack().sidecars());
    Cost nginxBefore = Cost.of(nginx);
    Cost standInsBefore = Cost.of(standIns);
    stack.takeLatency();
    long start = System.nanoTime();
    long done = path.load(stack, seconds, turn);
    double took = (System.nanoTime() - start) / 1e9;
    Cost sidecars = Cost.of(stack.stack().sidecars()).since(before);
    Cost front = Cost.of(nginx).since(nginxBefore);
    double behind = Cost.of(standIns).since(standInsBefore).microsEach(done);
    forces = stack.metric("holdfast_disk_force_seconds_count") - forces;
    return String.format(
        Locale.ROOT,
        "%,d in %.1f s: %,.0f/s%s; us each: nginx %.1f, sidecars %.1f (kernel %.1f), file servers"
            + " %.1f; sidecars over nginx %.2f; forces %.2f; threads %s",
        done,
        took,
        done / took,
        stack.takeLatency(),
        front.microsEach(done),
        sidecars.microsEach(done),
        (double) sidecars.kernelTicks() * Cost.TICK_MICROS / done,
        behind,
        (double) sidecars.ticks() / front.ticks(),
        forces / done,
        shares(sidecars));
  }

  private static String shares(Cost cost) {
    return cost.threadTicks().entrySet().stream()
        .filter(thread -> thread.getValue() * 50 >= cost.ticks())
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .map(t -> "%s %d %%".formatted(t.getKey(), 100 * t.getValue() / cost.ticks()))
        .collect(java.util.stream.Collectors.joining(", "));
  }

  private void record(ProfiledPath path, ProfiledStack stack, int turn)
      throws IOException, InterruptedException {
    Process jvm = stack.stack().sidecar(0);
    Path directory = stack.session().ground().directory();
    Cores cores = stack.plan().cores();
    path.prepare(stack, seconds, turn);
    Recording.start(jvm, children, cores, directory);
    long done = path.load(stack, seconds, turn);
    Recording recording = Recording.end(jvm, children, cores, directory);
    say("%n%s: the first of %d sidecars in %,d requests".formatted(path, pairs, done));
    say("CPU time, %,d samples, by where it is spent:".formatted(recording.cpuSamples()));
    say(recording.cpuByGroup(SHOWN));
    say("by method (> what it calls of the JDK):");
    say(recording.cpuByMethod(3 * SHOWN));
    say(
        "allocated: some %,d bytes a request (between collections); by class:"
            .formatted(recording.allocatedBytes() / Math.max(1, done)));
    say(recording.allocationByClass(SHOWN));
    say("by method:");
    say(recording.allocationByMethod(SHOWN));
  }

  private void trace(ProfiledPath path, ProfiledStack stack, int turn)
      throws IOException, InterruptedException {
    Path directory = stack.session().ground().directory();
    Cores cores = stack.plan().cores();
    long worker = stack.stack().nginx().descendants().findFirst().orElseThrow().pid();
    for (long pid : List.of(worker, stack.stack().sidecar(0).pid())) {
      path.prepare(stack, seconds, turn + (pid == worker ? 1000 : 2000));
      try (var calls = SystemCalls.of(pid, children, cores, directory)) {
        long done = path.load(stack, seconds, turn + (pid == worker ? 1000 : 2000));
        say(
            "%s: system calls a request of %s, %,d requests: %s"
                .formatted(
                    path,
                    pid == worker ? "nginx's worker" : "the first sidecar",
                    done,
                    SystemCalls.text(calls.end(), done)));
      }
    }
  }

  private void say(String line) {
    progress.println(line);
    text.append(line).append('\n');
  }
}
