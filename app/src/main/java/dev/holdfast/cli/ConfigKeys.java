package dev.holdfast.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The sections of a configuration file and their keys, read off the commands and their options. A
 * section has the name of a command or of a service. The options of a service are in the service's
 * section.
 */
final class ConfigKeys {
  private final Set<String> services;
  private final Map<String, Map<String, OptionSpec>> sections = new LinkedHashMap<>();

  /** The place of an option in the file. */
  record Key(String section, String name) {}

  /**
   * @param holdfast the command line, with all subcommands
   * @param services the names of the services, which are also the names of the mixins of their
   *     options
   */
  ConfigKeys(CommandLine holdfast, Set<String> services) {
    this.services = services;
    for (CommandLine command : holdfast.getSubcommands().values()) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        of(option)
            .ifPresent(
                key ->
                    sections
                        .computeIfAbsent(key.section(), _ -> new LinkedHashMap<>())
                        .put(key.name(), option));
      }
    }
  }

  /** Returns the names of all sections. */
  Set<String> sections() {
    return sections.keySet();
  }

  /** Returns the keys of a section, with an option for each. */
  Map<String, OptionSpec> keys(String section) {
    return sections.get(section);
  }

  /** Returns the key of an option, or empty if the option cannot be in a file. */
  Optional<Key> of(ArgSpec arg) {
    if (!(arg instanceof OptionSpec option)
        || option.usageHelp()
        || option.versionHelp()
        || option.longestName().equals(ConfigOption.NAME)) {
      return Optional.empty();
    }
    String section = section(option);
    String name = option.longestName().substring("--".length());
    String prefix = section + "-";
    boolean isPrefixed = services.contains(section) && name.startsWith(prefix);
    return Optional.of(new Key(section, isPrefixed ? name.substring(prefix.length()) : name));
  }

  private String section(OptionSpec option) {
    Map<String, CommandSpec> mixins = option.command().mixins();
    for (String service : new TreeSet<>(services)) {
      CommandSpec mixin = mixins.get(service);
      if (mixin != null && mixin.findOption(option.longestName()) != null) {
        return service;
      }
    }
    return option.command().name();
  }
}
