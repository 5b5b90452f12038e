package dev.holdfast.cli;

import dev.holdfast.service.ServiceOptions;
import java.lang.reflect.AnnotatedElement;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The values of options that the command line does not give, from the first of these that has one:
 *
 * <ol>
 *   <li>the environment;
 *   <li>the configuration file;
 *   <li>the record, if the option has no default of its own.
 * </ol>
 *
 * <p>picocli asks for them when it has read the whole command line. So {@code --config} is known.
 */
final class ConfigDefaults implements IDefaultValueProvider {
  /** The form of an option's default: its environment variable, then its default. */
  private static final Pattern DEFAULT = Pattern.compile("\\$\\{env:(\\w+)(?::-.*)?}");

  private final ConfigKeys keys;
  private final UnaryOperator<String> environment;
  private Path path;
  private ConfigFile file = ConfigFile.NONE;
  private Optional<FromFile> last = Optional.empty();

  private record FromFile(ConfigKeys.Key key, String place) {}

  /**
   * @param environment returns the value of an environment variable, or null
   */
  ConfigDefaults(ConfigKeys keys, UnaryOperator<String> environment) {
    this.keys = keys;
    this.environment = environment;
  }

  /**
   * Returns the value of an option, or null if picocli's own default holds.
   *
   * @throws ParameterException if the configuration file cannot be used
   */
  @Override
  public String defaultValue(ArgSpec arg) throws Exception {
    last = Optional.empty();
    String given = fromEnvironment(arg);
    if (given != null) {
      return given;
    }
    Optional<ConfigFile.Value> value = fromFile(arg);
    if (value.isPresent()) {
      return value.get().text();
    }
    return arg.defaultValue() == null ? fromRecords(arg) : null;
  }

  /**
   * Returns the file and the line of the value that was given last, or empty if it is not from a
   * file.
   *
   * @param arg the option, or null
   */
  Optional<String> place(ArgSpec arg) {
    return last.filter(given -> keys.of(arg).equals(Optional.of(given.key()))).map(FromFile::place);
  }

  private Optional<ConfigFile.Value> fromFile(ArgSpec arg) {
    Optional<ConfigKeys.Key> key = keys.of(arg);
    if (key.isEmpty() || isHelpAskedFor(arg.command())) {
      return Optional.empty();
    }
    Optional<ConfigFile.Value> value = file(arg.command()).value(key.orElseThrow());
    last = value.map(found -> new FromFile(key.orElseThrow(), found.place()));
    return value;
  }

  /** Returns the value in the records of the object with the option's field, or null. */
  private static String fromRecords(ArgSpec arg) throws Exception {
    if (!(arg instanceof OptionSpec option)) {
      return null;
    }
    Map<String, String> defaults =
        switch (arg.scope().get()) {
          case RecordDefaults.Source source -> source.defaults();
          case ServiceOptions<?> service
              when service.defaults().orElse(null) instanceof Record config ->
              RecordDefaults.of(Map.of(), config);
          case null, default -> Map.of();
        };
    return defaults.get(option.longestName());
  }

  private String fromEnvironment(ArgSpec arg) {
    Matcher variable = DEFAULT.matcher(template(arg));
    return variable.matches() ? environment.apply(variable.group(1)) : null;
  }

  /**
   * Returns the template of an option. An option without an annotation has it as its user object.
   */
  private static String template(ArgSpec arg) {
    Object object = arg.userObject();
    if (object instanceof AnnotatedElement field) {
      Option option = field.getAnnotation(Option.class);
      return option == null ? "" : option.defaultValue();
    }
    return object instanceof String template ? template : "";
  }

  /** Returns true if the user asks for help. A user whose file is broken gets it, too. */
  private static boolean isHelpAskedFor(CommandSpec command) {
    return command.options().stream()
        .filter(option -> option.usageHelp() || option.versionHelp())
        .anyMatch(option -> Boolean.TRUE.equals(option.getValue()));
  }

  private ConfigFile file(CommandSpec command) {
    Path named = named(command.findOption(ConfigOption.NAME));
    if (named == null) {
      return ConfigFile.NONE;
    }
    try {
      if (!named.equals(path)) {
        file = ConfigFile.read(named, keys);
        path = named;
      }
      return file;
    } catch (BadConfigException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }

  private Path named(OptionSpec config) {
    if (config == null) {
      return null;
    }
    Path given = config.getValue();
    String name = given == null ? fromEnvironment(config) : given.toString();
    return name == null || name.isEmpty() ? null : Path.of(name);
  }
}
