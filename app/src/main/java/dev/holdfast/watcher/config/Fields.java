package dev.holdfast.watcher.config;

import dev.holdfast.bounds.Nearest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** The shapes of nodes: mappings with names, lists, and texts. */
final class Fields {
  /** The types that YAML finds by itself. The text is taken in any case. */
  private static final Set<Tag> TAGS =
      Set.of(
          Tag.STR,
          Tag.INT,
          Tag.FLOAT,
          Tag.BOOL,
          Tag.NULL,
          Tag.TIMESTAMP,
          Tag.MAP,
          Tag.SEQ,
          Tag.MERGE);

  private final Complaints complaints;

  Fields(Complaints complaints) {
    this.complaints = complaints;
  }

  /** An entry of a mapping. */
  record Field(String name, Node key, Node value) {}

  /**
   * Returns the entries of a mapping whose names are known, and complains about the others.
   *
   * @param what the mapping, for complaints, such as {@code 'expect'}
   */
  List<Field> known(Node node, String what, Set<String> names) {
    List<Field> known = new ArrayList<>();
    for (Field field : all(node, what)) {
      if (names.contains(field.name)) {
        known.add(field);
      } else if (field.name.equals("<<")) {
        complaints.add(field.key, "'<<' is not read; write what is alike into 'defaults'");
      } else {
        complaints.add(
            field.key,
            "no key '%s' in %s; did you mean '%s'?"
                .formatted(shown(field.name), what, Nearest.to(shown(field.name), names)));
      }
    }
    return known;
  }

  /** Returns the entries of a mapping, without those whose names are there already. */
  List<Field> all(Node node, String what) {
    if (!isPlain(node)) {
      return List.of();
    }
    if (!(node instanceof MappingNode mapping)) {
      complaints.add(node, what + " must hold names and values, 'name: value'");
      return List.of();
    }
    List<Field> fields = new ArrayList<>();
    Map<String, Integer> lines = new HashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Node key = tuple.getKeyNode();
      if (!isPlain(key)) {
        continue;
      }
      if (!(key instanceof ScalarNode scalar)) {
        complaints.add(key, "a name in " + what + " must be one word");
        continue;
      }
      String name = scalar.getValue();
      Integer first = lines.putIfAbsent(name, Complaints.line(key));
      if (first == null) {
        fields.add(new Field(name, key, tuple.getValueNode()));
      } else {
        complaints.add(
            key, "'" + shown(name) + "' is in line " + first + " as well; keep one of them");
      }
    }
    return fields;
  }

  /** Returns the text of a value, or complains and returns empty. */
  Optional<String> text(String name, Node node) {
    if (!isPlain(node)) {
      return Optional.empty();
    }
    if (node instanceof ScalarNode scalar && !isNull(node)) {
      return Optional.of(scalar.getValue());
    }
    complaints.add(
        node,
        isNull(node)
            ? "'" + shown(name) + "' has no value; write one, or leave the key out"
            : "'" + shown(name) + "' must be one value");
    return Optional.empty();
  }

  /** Returns the items of a list, or a single value as a list of one. Or complains. */
  Optional<List<Node>> items(String name, Node node) {
    if (!isPlain(node)) {
      return Optional.empty();
    }
    if (isNull(node)) {
      complaints.add(node, "'" + name + "' has no value; write one, or leave the key out");
      return Optional.empty();
    }
    return Optional.of(node instanceof SequenceNode list ? list.getValue() : List.of(node));
  }

  /** Returns the items of what must be a list. */
  List<Node> list(String name, Node node) {
    if (!isPlain(node)) {
      return List.of();
    }
    if (node instanceof SequenceNode list) {
      return list.getValue();
    }
    complaints.add(node, "'" + name + "' must be a list, with '- ' before each item");
    return List.of();
  }

  /** Returns true if a node has no value. */
  static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  /** Complains about a node that another one may refer to, or that has a type of its own. */
  private boolean isPlain(Node node) {
    if (node.getAnchor() != null) {
      complaints.add(
          node,
          "'&"
              + shown(node.getAnchor())
              + "' and its aliases are not read; write what is alike"
              + " into 'defaults' or into a group");
      return false;
    }
    if (!TAGS.contains(node.getTag())) {
      complaints.add(node, "'" + shown(node.getTag().toString()) + "' is not read; leave it out");
      return false;
    }
    return true;
  }

  /** Returns a text as it is shown in a complaint: in one line, and not too long. */
  static String shown(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= 80 ? line : line.substring(0, 79) + "…";
  }
}
