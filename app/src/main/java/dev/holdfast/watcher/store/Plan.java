package dev.holdfast.watcher.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The difference between a list of endpoints and those of the database, each part in the order of
 * the ids.
 *
 * @param added those that come
 * @param changed those that change, with what changes
 * @param removed those that go; their history stays
 * @param unchanged how many stay as they are
 */
public record Plan(
    List<EndpointId> added, List<Change> changed, List<EndpointId> removed, int unchanged) {

  public Plan {
    added = List.copyOf(added);
    changed = List.copyOf(changed);
    removed = List.copyOf(removed);
  }

  /** An endpoint that changes. */
  public record Change(EndpointId id, List<Field> fields) {
    public Change {
      fields = List.copyOf(fields);
    }
  }

  /**
   * A field that changes.
   *
   * @param name its name, such as {@code request.url}
   * @param from its value before as JSON, or an empty text if there was none
   * @param to its value from now on as JSON, or an empty text if there is none
   */
  public record Field(String name, String from, String to) {}

  /** Returns true if nothing changes. */
  public boolean isEmpty() {
    return added.isEmpty() && changed.isEmpty() && removed.isEmpty();
  }

  /**
   * Returns the plan.
   *
   * @param present the specs of the endpoints in the database
   * @param desired the endpoints that shall be there
   * @throws IllegalArgumentException if two have one id, or if the database cannot keep one; the
   *     message names it
   */
  static Plan of(Map<EndpointId, JsonNode> present, Collection<Endpoint> desired) {
    var wanted = new TreeMap<EndpointId, JsonNode>();
    for (Endpoint endpoint : desired) {
      if (wanted.put(endpoint.id(), spec(endpoint)) != null) {
        throw new IllegalArgumentException("two endpoints have the id " + endpoint.id());
      }
    }
    var added = new ArrayList<EndpointId>();
    var changed = new ArrayList<Change>();
    int unchanged = 0;
    for (var each : wanted.entrySet()) {
      JsonNode before = present.get(each.getKey());
      if (before == null) {
        added.add(each.getKey());
      } else if (before.equals(each.getValue())) {
        unchanged++;
      } else {
        changed.add(new Change(each.getKey(), fields("", before, each.getValue())));
      }
    }
    var removed = new TreeSet<>(present.keySet());
    removed.removeAll(wanted.keySet());
    return new Plan(added, changed, List.copyOf(removed), unchanged);
  }

  private static JsonNode spec(Endpoint endpoint) {
    try {
      return SpecJson.write(endpoint);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("endpoint " + endpoint.id() + ": " + e.getMessage(), e);
    }
  }

  private static List<Field> fields(String path, JsonNode before, JsonNode after) {
    if (before.equals(after)) {
      return List.of();
    }
    if (!before.isObject() || !after.isObject()) {
      return List.of(new Field(path, json(before), json(after)));
    }
    var names = new TreeSet<String>();
    before.fieldNames().forEachRemaining(names::add);
    after.fieldNames().forEachRemaining(names::add);
    var fields = new ArrayList<Field>();
    for (String name : names) {
      String below = path.isEmpty() ? name : path + "." + name;
      fields.addAll(fields(below, value(before, name), value(after, name)));
    }
    return fields;
  }

  private static JsonNode value(JsonNode node, String name) {
    return node.has(name) ? node.get(name) : MissingNode.getInstance();
  }

  private static String json(JsonNode node) {
    return node.isMissingNode() ? "" : node.toString();
  }
}
