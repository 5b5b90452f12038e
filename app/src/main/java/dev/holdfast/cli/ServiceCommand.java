package dev.holdfast.cli;

import static dev.holdfast.cli.BadOptionException.checked;

import dev.holdfast.log.LogQueue;
import dev.holdfast.service.Configured;
import dev.holdfast.service.ProcessConfig;
import dev.holdfast.service.ServiceOptions;
import dev.holdfast.service.ServiceProcess;
import dev.holdfast.service.ServiceType;
import dev.holdfast.service.StartFailure;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * {@code holdfast NAME}: runs a service alone, in the foreground, until it is interrupted.
 *
 * @param <C> its configuration
 */
@Command(mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false)
final class ServiceCommand<C> implements Callable<Integer> {
  private static final StartOptions START_OPTIONS =
      new StartOptions(Map.of(), "--data-dir", Map.of());

  private final ServiceType<C> type;
  private final ServiceOptions<C> options;
  private CommandSpec spec; // set once, by command

  @Mixin private RequestOptions requests;

  private ServiceCommand(ServiceType<C> type) {
    this.type = type;
    this.options = type.options();
  }

  /** Returns the command of a service that runs alone. */
  static CommandSpec of(ServiceType<?> type) {
    return new ServiceCommand<>(type).command();
  }

  private CommandSpec command() {
    spec = CommandSpec.forAnnotatedObject(this).name(type.name());
    spec.usageMessage().description(type.description(), "Ctrl-C stops it.", "");
    spec.addOption(
        option("--host", "ADDRESS", type.host(), "address to listen on")
            .names("--host", "--bind")
            .type(String.class)
            .build());
    spec.addOption(
        option(
                "--port",
                "PORT",
                String.valueOf(type.port()),
                "port to listen on, 0 takes a free one")
            .type(int.class)
            .build());
    spec.addOption(
        option(
                "--data-dir",
                "DIR",
                "holdfast-data/" + type.name(),
                "where the data is kept; made if it is missing")
            .type(Path.class)
            .build());
    spec.addMixin(type.name(), CommandSpec.forAnnotatedObject(options));
    for (Object command : type.commands()) {
      CommandSpec below = CommandSpec.forAnnotatedObject(command);
      spec.addSubcommand(below.name(), below);
    }
    return spec;
  }

  private OptionSpec.Builder option(String name, String label, String byDefault, String what) {
    String variable =
        ("HOLDFAST_" + type.name() + name.substring(1)).replace('-', '_').toUpperCase(Locale.ROOT);
    String template = "${env:" + variable + ":-" + byDefault + "}";
    return OptionSpec.builder(name)
        .paramLabel(label)
        .userObject(template) // for ConfigDefaults
        .defaultValue(template)
        .description(what + "; default ${DEFAULT-VALUE}; env " + variable);
  }

  @Override
  public Integer call() throws BadOptionException, InterruptedException {
    LogOutput.begin(LogOutput.JSON, type.isLogQueued());
    C config = checked(options::config);
    ProcessConfig process = process();
    try (var running = ServiceProcess.start(process, new Configured<>(type, config))) {
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> end(running)));
      new CountDownLatch(1).await(); // until the process is interrupted
      return 0;
    } catch (StartFailure e) {
      throw START_OPTIONS.complaint(e);
    } finally {
      LogQueue.endAll();
    }
  }

  private static void end(ServiceProcess running) {
    try {
      running.close();
    } finally {
      LogQueue.endAll();
    }
  }

  private ProcessConfig process() throws BadOptionException {
    var http = requests.http();
    return checked(
        () ->
            new ProcessConfig(
                spec.findOption("--host").getValue(),
                spec.findOption("--port").getValue(),
                spec.findOption("--data-dir").getValue(),
                http));
  }
}
