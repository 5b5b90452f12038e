package dev.holdfast.bench;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code make bench-profile}: shows where the time of a request goes, on each path that it may
 * take.
 */
@Command(
    name = "bench-profile",
    description = {
      "Measures the CPU time of nginx, the sidecars and the file servers for a request, on each"
          + " path that it may take, and says where it goes.",
      "Variants run beside each other, and are loaded in turn: --against, --jvm and --nginx make"
          + " one each. The writes of one settle while the next is loaded."
    },
    footer = {
      "",
      "  bench-profile --paths PUT,COLD --with JFR",
      "  bench-profile --paths PUBLISHED --nginx 'tcp_nodelay on=>tcp_nodelay off' --rounds 5",
      "  bench-profile --paths PUT --against ../holdfast-before --rounds 4"
    })
public final class Profile extends Measurement {
  @Option(names = "--paths", split = ",", description = "only these: ${COMPLETION-CANDIDATES}")
  private Set<ProfiledPath> paths = EnumSet.allOf(ProfiledPath.class);

  @Option(names = "--with", split = ",", description = "${COMPLETION-CANDIDATES}; default neither")
  private Set<Profiler.Tool> tools = EnumSet.noneOf(Profiler.Tool.class);

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

  @Option(
      names = "--connections",
      defaultValue = "64",
      description =
          "each with one request at a time; of first reads ten at most; default ${DEFAULT-VALUE}")
  private int connections;

  @Option(
      names = "--body-bytes",
      defaultValue = "" + Plan.SMALL_BYTES,
      description = "of PUTs; default ${DEFAULT-VALUE}")
  private int bodyBytes;

  @Option(names = "--latency-ms", description = "that the file servers sleep; default by path")
  private Long latencyMs;

  @Option(names = "--against", description = "the root of another checkout that has been built")
  private List<Path> others = List.of();

  @Option(names = "--jvm", description = "more options of the sidecars' JVMs")
  private List<String> jvms = List.of();

  @Option(names = "--nginx", description = "OLD=>NEW in nginx's configuration")
  private List<String> edits = List.of();

  @Spec private CommandSpec spec;

  /** Runs the command and exits with its code. */
  public static void main(String[] args) {
    exitAfter(new Profile(), args);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    var profiler = new Profiler(rounds, seconds, warmUp, tools, children(), this::say);
    requireEnough(profiler.loadSeconds());
    if (tools.contains(Profiler.Tool.STRACE)) {
      SystemCalls.requireStrace();
    }
    Cores halves = Machine.halves();
    Cores cores =
        fileServerCores == null
            ? halves
            : new Cores(halves.servers(), halves.load(), fileServerCores);
    Path work = begin();
    Files.deleteIfExists(out().resolve("profile.txt"));
    say("machine: " + Machine.describe(work, cores));
    int code = 0;
    for (ProfiledPath path : paths) {
      var stacks = new ArrayList<ProfiledStack>();
      try {
        for (Variant variant : variants()) {
          Path directory = Files.createTempDirectory(work, "stack");
          stacks.add(start(path, variant, directory, cores, profiler.loadSeconds()));
        }
        profiler.run(path, stacks);
      } catch (EndedEarlyException e) {
        // Going on is right: the figures so far are printed, and the other paths have names of
        // their own.
        say("%-9s ends here: %s".formatted(path, e.getMessage()));
        code = 1;
      } finally {
        stacks.forEach(ProfiledStack::close);
      }
    }
    return code;
  }

  /**
   * Checks before the start that the names suffice. A path that stops on its way has wasted its
   * time.
   */
  private void requireEnough(double loadSeconds) {
    for (ProfiledPath path : paths) {
      if (loadSeconds > path.loadSecondsMax()) {
        throw new CommandLine.ParameterException(
            spec.commandLine(),
            String.format(
                Locale.ROOT,
                "%s can be loaded for %.0f s, warm-up included, and these options ask for %.0f:"
                    + " fewer --rounds or --seconds, please",
                path,
                path.loadSecondsMax(),
                loadSeconds));
      }
    }
  }

  private List<Variant> variants() {
    Variant first = Variant.asItIs(project());
    var variants = new ArrayList<>(List.of(first));
    others.forEach(other -> variants.add(first.of(other.toAbsolutePath().normalize())));
    jvms.forEach(options -> variants.add(first.withJvm(options)));
    edits.forEach(edit -> variants.add(first.withEdit(Variant.Edit.parse(edit))));
    return variants;
  }

  private ProfiledStack start(
      ProfiledPath path, Variant variant, Path directory, Cores cores, double loadSeconds)
      throws IOException, InterruptedException {
    var plan = new Plan(variant.project(), directory, cores, pairs, seconds, false);
    Ground ground =
        Ground.lay(
            plan.project(),
            directory,
            cores,
            children(),
            pairs,
            latencyMs != null ? latencyMs : path.latencyMs(),
            path.files(plan, loadSeconds));
    HoldfastStack stack = HoldfastStack.start(ground, variant, path.options());
    var session = new Session(plan, Candidate.HOLDFAST, ground, stack.front(), new Client());
    return new ProfiledStack(variant, session, stack, connections, bodyBytes, loadSeconds);
  }

  private void say(String line) throws IOException {
    progress().println(line);
    Files.writeString(out().resolve("profile.txt"), line + "\n", CREATE, APPEND);
  }
}
