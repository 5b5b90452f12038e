package dev.holdfast.cli;

import dev.holdfast.service.ServiceType;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast}: the subcommands. */
@Command(
    name = "holdfast",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "A fast, crash-safe front for slow and fragile file servers.",
    subcommands = {FileServerCommand.class, ScoreboardCommand.class, ScrubCommand.class})
public final class Main implements Runnable {
  /**
   * The exit code for a fault that the user can mend: a bad option, a taken port, an unwritable
   * directory.
   */
  private static final int EXIT_BAD_INPUT = 2;

  @Spec private CommandSpec spec;

  /**
   * Runs a subcommand and exits with its code: 0 for success, 1 for a failure, 2 for a bad option.
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** Returns the command line with all services. */
  public static CommandLine commandLine() {
    return commandLine(ServiceTypes.ALL);
  }

  /**
   * Returns the command line.
   *
   * @param services the services besides the files and the store
   */
  public static CommandLine commandLine(List<ServiceType<?>> services) {
    return commandLine(services, System::getenv);
  }

  /**
   * Returns the command line for another environment.
   *
   * @param environment returns the value of an environment variable, or null
   */
  public static CommandLine commandLine(
      List<ServiceType<?>> services, UnaryOperator<String> environment) {
    var main = new CommandLine(new Main());
    addHosting(main, "up", UpCommand::new, services);
    addHosting(main, "sidecar", SidecarCommand::new, services);
    main.addSubcommand(new NginxConfigCommand(HostedOptions.nginxParts(services)));
    for (ServiceType<?> service : services) {
      if (service.port() != 0) {
        main.addSubcommand(ServiceCommand.of(service));
      }
    }
    main.getSubcommands().values().forEach(sub -> ConfigOption.addTo(sub.getCommandSpec()));
    var defaults =
        new ConfigDefaults(
            new ConfigKeys(
                main, services.stream().map(ServiceType::name).collect(Collectors.toSet())),
            environment);
    return main.setDefaultValueProvider(defaults)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(100)
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler((e, _) -> badParameter(e, defaults))
        .setExecutionExceptionHandler(failure());
  }

  private static void addHosting(
      CommandLine main,
      String name,
      Function<HostedOptions, Object> command,
      List<ServiceType<?>> services) {
    var hosted = new HostedOptions(services);
    var commandLine = new CommandLine(command.apply(hosted));
    hosted.addTo(commandLine.getCommandSpec());
    main.addSubcommand(name, commandLine);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command?");
  }

  private static int badParameter(ParameterException e, ConfigDefaults defaults) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    String place = defaults.place(e.getArgSpec()).map(found -> found + ": ").orElse("");
    String what = place + e.getMessage().lines().findFirst().orElse("bad option");
    e.getCommandLine()
        .getErr()
        .println("%1$s: %2$s ('%1$s --help' lists what there is)".formatted(command, what));
    return EXIT_BAD_INPUT;
  }

  private static IExecutionExceptionHandler failure() {
    return (e, commandLine, _) -> {
      if (e instanceof BadOptionException) {
        String command = commandLine.getCommandSpec().qualifiedName();
        commandLine.getErr().println(command + ": " + e.getMessage());
        return EXIT_BAD_INPUT;
      }
      throw e;
    };
  }
}
