package dev.holdfast.cli;

import dev.holdfast.bounds.Nearest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.UnicodeReader;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A configuration file: the texts of its values. The options convert the texts. Every section and
 * key in it is known, those of other commands included.
 */
final class ConfigFile {
  /** A file without a section. */
  static final ConfigFile NONE = new ConfigFile(Map.of());

  private final Map<ConfigKeys.Key, Value> values;

  /**
   * A value in a file.
   *
   * @param text the text as an option takes it, with commas between the items of a list
   * @param place the file and the line
   */
  record Value(String text, String place) {}

  private ConfigFile(Map<ConfigKeys.Key, Value> values) {
    this.values = values;
  }

  /**
   * Reads a file.
   *
   * @throws BadConfigException if it cannot be read or is not YAML, has an unknown section or key,
   *     or has a value of another shape than the option's
   */
  static ConfigFile read(Path file, ConfigKeys known) throws BadConfigException {
    return new Reading(file, known).read();
  }

  /** Returns the value of a key, or empty if the file does not have the key. */
  Optional<Value> value(ConfigKeys.Key key) {
    return Optional.ofNullable(values.get(key));
  }

  private static final class Reading {
    private final Path file;
    private final ConfigKeys known;
    private final Map<ConfigKeys.Key, Value> values = new HashMap<>();

    Reading(Path file, ConfigKeys known) {
      this.file = file;
      this.known = known;
    }

    ConfigFile read() throws BadConfigException {
      Node root = parse();
      if (root == null || isNull(root)) {
        return NONE;
      }
      for (Named section : entries(root, "the file")) {
        if (!known.sections().contains(section.name())) {
          throw unknown("section", section, known.sections());
        }
        readSection(section);
      }
      return new ConfigFile(values);
    }

    private Node parse() throws BadConfigException {
      var yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
      try (var reader = new UnicodeReader(Files.newInputStream(file))) {
        return yaml.compose(reader);
      } catch (NoSuchFileException e) {
        throw new BadConfigException(ConfigOption.NAME + ": no file at " + file, e);
      } catch (IOException e) {
        throw new BadConfigException(ConfigOption.NAME + ": cannot read " + file + ": " + e, e);
      } catch (MarkedYAMLException e) {
        throw new BadConfigException(place(e.getProblemMark()) + ": " + e.getProblem(), e);
      } catch (YAMLException e) {
        throw new BadConfigException(file + ": " + e.getMessage(), e);
      }
    }

    private void readSection(Named section) throws BadConfigException {
      if (isNull(section.node())) {
        return; // all its keys may be commented out
      }
      Map<String, OptionSpec> keys = known.keys(section.name());
      for (Named entry : entries(section.node(), "'" + section.name() + "'")) {
        OptionSpec option = keys.get(entry.name());
        if (option == null) {
          throw unknown("key", entry, keys.keySet(), " in '" + section.name() + "'");
        }
        values.put(
            new ConfigKeys.Key(section.name(), entry.name()),
            new Value(text(entry, option), place(entry.node().getStartMark())));
      }
    }

    private String text(Named entry, OptionSpec option) throws BadConfigException {
      Node node = entry.node();
      if (node instanceof ScalarNode scalar && !isNull(node)) {
        return scalar.getValue();
      }
      if (!(node instanceof SequenceNode list)) {
        throw bad(node, "'" + entry.name() + "' must be " + wanted(option));
      }
      if (!option.isMultiValue()) {
        throw bad(node, "'" + entry.name() + "' must be one value, not a list");
      }
      var items = new ArrayList<String>();
      for (Node item : list.getValue()) {
        if (!(item instanceof ScalarNode scalar)
            || isNull(item)
            || scalar.getValue().contains(option.splitRegex())) {
          throw bad(item, "an item of '" + entry.name() + "' must be one value, without a comma");
        }
        items.add(scalar.getValue());
      }
      return String.join(option.splitRegex(), items);
    }

    private static String wanted(OptionSpec option) {
      return option.isMultiValue() ? "a list" : "a value";
    }

    /** An entry of a mapping. */
    private record Named(String name, Mark mark, Node node) {}

    private List<Named> entries(Node node, String what) throws BadConfigException {
      if (!(node instanceof MappingNode mapping)) {
        throw bad(node, what + " must hold names and values, 'name: value'");
      }
      var entries = new ArrayList<Named>();
      Set<String> names = new HashSet<>();
      for (NodeTuple tuple : mapping.getValue()) {
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
          throw bad(tuple.getKeyNode(), "a name must be one word");
        }
        if (!names.add(key.getValue())) {
          throw bad(key, "'" + key.getValue() + "' is there twice");
        }
        entries.add(new Named(key.getValue(), key.getStartMark(), tuple.getValueNode()));
      }
      return entries;
    }

    private BadConfigException unknown(String what, Named entry, Set<String> known) {
      return unknown(what, entry, known, "");
    }

    private BadConfigException unknown(String what, Named entry, Set<String> known, String where) {
      return new BadConfigException(
          "%s: no %s '%s'%s; did you mean '%s'?"
              .formatted(
                  place(entry.mark()), what, entry.name(), where, Nearest.to(entry.name(), known)),
          null);
    }

    private BadConfigException bad(Node node, String complaint) {
      return new BadConfigException(place(node.getStartMark()) + ": " + complaint, null);
    }

    private String place(Mark mark) {
      return file + ", line " + (mark.getLine() + 1);
    }

    private static boolean isNull(Node node) {
      return node.getTag().equals(Tag.NULL);
    }
  }
}
