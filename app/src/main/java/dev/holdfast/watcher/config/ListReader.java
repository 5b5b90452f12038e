package dev.holdfast.watcher.config;

import dev.holdfast.watcher.CheckRequest.Credentials;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Expectation.PagePattern;
import dev.holdfast.watcher.Reach;
import dev.holdfast.watcher.config.Fields.Field;
import dev.holdfast.watcher.pattern.BadPatternException;
import dev.holdfast.watcher.pattern.PageSearch;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.nodes.Node;

/** Reads a file's defaults, groups and endpoints. */
final class ListReader {
  /** The longest name of a group, in characters. */
  static final int GROUP_LENGTH_MAX = 80;

  private static final Set<String> SHARED_KEYS = Set.copyOf(DraftReader.KEYS);
  private static final Set<String> ENDPOINT_KEYS = with(SHARED_KEYS, "id", "url");

  private final Complaints complaints;
  private final Fields fields;
  private final DraftReader drafts;

  private final List<Endpoint> endpoints = new ArrayList<>();

  /** The lines of the ids so far. */
  private final Map<EndpointId, Integer> idLines = new HashMap<>();

  /** The lines of the groups so far. */
  private final Map<String, Integer> groupLines = new HashMap<>();

  /** The patterns that were compiled already. Many endpoints have those of the defaults. */
  private final Set<PagePattern> goodPatterns = new HashSet<>();

  private int count;

  ListReader(Complaints complaints) {
    this.complaints = complaints;
    fields = new Fields(complaints);
    drafts = new DraftReader(complaints);
  }

  /** Returns the endpoints in the order of their ids. They are whole if there is no complaint. */
  List<Endpoint> read(Node root) {
    List<Field> parts = fields.known(root, "the file", Set.of("defaults", "groups", "endpoints"));
    // The defaults hold for all of the file, wherever they are in it.
    Draft defaults = new Draft();
    part(parts, "defaults").ifPresent(node -> defaults(node, defaults));
    part(parts, "endpoints").ifPresent(node -> endpoints(node, "", defaults));
    part(parts, "groups").ifPresent(node -> groups(node, defaults));
    if (count == 0 && complaints.isEmpty()) {
      complaints.add(0, "the file has no endpoint; write 'endpoints:' and '- url: https://…'");
    }
    endpoints.sort(Comparator.comparing(Endpoint::id));
    return endpoints;
  }

  /** Returns the value of a key. A key without a value, such as a list all in comments, is none. */
  private static Optional<Node> part(List<Field> fields, String name) {
    return fields.stream()
        .filter(field -> field.name().equals(name))
        .map(Field::value)
        .filter(node -> !Fields.isNull(node))
        .findFirst();
  }

  private void defaults(Node node, Draft draft) {
    for (Field field : fields.known(node, "'defaults'", SHARED_KEYS)) {
      drafts.read(field, draft);
    }
  }

  private void groups(Node node, Draft defaults) {
    for (Node group : fields.list("groups", node)) {
      if (!complaints.isFull()) {
        group(group, defaults);
      }
    }
  }

  private void group(Node node, Draft defaults) {
    List<Field> parts = fields.known(node, "a group", Set.of("name", "defaults", "endpoints"));
    Optional<String> name = part(parts, "name").flatMap(value -> fields.text("name", value));
    if (name.isEmpty()) {
      complaints.add(node, "a group must have a 'name'");
    } else if (!isGroupName(name.get())) {
      complaints.add(
          node,
          "the 'name' of a group must have 1 to "
              + GROUP_LENGTH_MAX
              + " characters in one line, and no blank before or behind it");
    } else {
      Integer first = groupLines.putIfAbsent(name.get(), Complaints.line(node));
      if (first != null) {
        complaints.add(
            node,
            "the group '%s' is in line %d as well; join the two, or write another name"
                .formatted(Fields.shown(name.get()), first));
      }
    }
    Draft draft = defaults.copy();
    part(parts, "defaults").ifPresent(value -> defaults(value, draft));
    part(parts, "endpoints").ifPresent(value -> endpoints(value, name.orElse(""), draft));
  }

  private static boolean isGroupName(String name) {
    return !name.isBlank()
        && name.length() <= GROUP_LENGTH_MAX
        && name.equals(name.strip())
        && name.chars().noneMatch(Character::isISOControl);
  }

  private void endpoints(Node node, String group, Draft defaults) {
    for (Node endpoint : fields.list("endpoints", node)) {
      count++;
      if (count == WatchFile.ENDPOINTS_MAX + 1) {
        complaints.add(
            endpoint,
            "the file has more than "
                + WatchFile.ENDPOINTS_MAX
                + " endpoints; use several watchers, each with a file of its own");
      }
      if (count > WatchFile.ENDPOINTS_MAX || complaints.isFull()) {
        return;
      }
      endpoint(endpoint, group, defaults.copy());
    }
  }

  private void endpoint(Node node, String group, Draft draft) {
    List<Field> known = fields.known(node, "an endpoint", ENDPOINT_KEYS);
    Optional<EndpointId> id = Optional.empty();
    Optional<URI> url = Optional.empty();
    for (Field field : known) {
      switch (field.name()) {
        case "id" -> id = id(field.value());
        case "url" -> url = url(field.value());
        default -> drafts.read(field, draft);
      }
    }
    if (known.stream().noneMatch(field -> field.name().equals("url"))) {
      complaints.add(node, "an endpoint must have a 'url'");
    }
    boolean isNamed = known.stream().anyMatch(field -> field.name().equals("id"));
    if (!isNamed && url.isPresent()) {
      id = derivedId(node, url.get());
    }
    id.ifPresent(text -> unique(node, text, isNamed));
    url.ifPresent(uri -> agree(node, uri, draft));
    patterns(node, draft);
    if (complaints.isEmpty()) {
      endpoints.add(draft.endpoint(id.orElseThrow(), group, url.orElseThrow()));
    }
  }

  private Optional<EndpointId> id(Node node) {
    Optional<String> text = fields.text("id", node);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.get().length() <= EndpointId.NAME_LENGTH_MAX && text.get().indexOf('@') < 0) {
      try {
        return Optional.of(new EndpointId(text.get()));
      } catch (IllegalArgumentException e) {
        // The complaint below says all that an id must be.
      }
    }
    complaints.add(
        node,
        "'id' must be 1 to "
            + EndpointId.NAME_LENGTH_MAX
            + " letters, digits and ._~:- and begin with a letter or a digit, not '"
            + Fields.shown(text.get())
            + "'");
    return Optional.empty();
  }

  private Optional<URI> url(Node node) {
    Optional<String> text = fields.text("url", node);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(WatchUrl.parse(text.get()));
    } catch (BadValueException e) {
      complaints.add(node, e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<EndpointId> derivedId(Node node, URI url) {
    try {
      return Optional.of(WatchUrl.id(url));
    } catch (BadValueException e) {
      complaints.add(node, e.getMessage());
      return Optional.empty();
    }
  }

  private void unique(Node node, EndpointId id, boolean isNamed) {
    Integer first = idLines.putIfAbsent(id, Complaints.line(node));
    if (first != null) {
      complaints.add(
          node,
          isNamed
              ? "the id '%s' is that of the endpoint in line %d as well; write another one"
                  .formatted(id, first)
              : ("the id '%s', which follows from the URL, is that of the endpoint in line %d as"
                      + " well; write 'id:' with another one")
                  .formatted(id, first));
    }
  }

  /** Complains about settings that exclude each other. */
  private void agree(Node node, URI url, Draft draft) {
    if (draft.method.equals("HEAD") && draft.searchesBody()) {
      complaints.add(
          node, "an answer to HEAD has no body to search; write 'method: GET', or no pattern");
    }
    if (draft.bodyBytesMax == 0 && draft.searchesBody()) {
      complaints.add(
          node, "'body_bytes: 0' leaves no body to search; write more, or no pattern and no text");
    }
    if (draft.body.isPresent() && (draft.method.equals("GET") || draft.method.equals("HEAD"))) {
      complaints.add(
          node, "a " + draft.method + " has no body; write 'method: POST', or no 'body'");
    }
    if (draft.isTlsRequired && url.getScheme().equals("http")) {
      complaints.add(
          node, "'tls' requires TLS and 'url' is http; write https, or 'tls: {require: false}'");
    }
    if (draft.hasHeader("authorization") && !(draft.credentials instanceof Credentials.None)) {
      complaints.add(node, "'auth' and the header Authorization are the same; keep one of them");
    }
    addresses(node, url, draft);
  }

  private void addresses(Node node, URI url, Draft draft) {
    Optional<InetAddress> host = WatchUrl.address(url);
    Optional<InetAddress> fixed =
        draft.resolve instanceof Reach.Resolve.Fixed one
            ? Optional.of(one.address())
            : Optional.empty();
    if (host.isPresent() && fixed.isPresent()) {
      complaints.add(node, "'url' has an address already; leave 'resolve' out, or write 'any'");
    }
    for (InetAddress address : fixed.or(() -> host).stream().toList()) {
      boolean fits =
          switch (draft.family) {
            case ANY -> true;
            case IPV4 -> WatchUrl.isIpv4(address);
            case IPV6 -> !WatchUrl.isIpv4(address);
          };
      if (!fits) {
        complaints.add(
            node,
            "the address %s is none of 'family: %s'; write 'family: any'"
                .formatted(address.getHostAddress(), Values.name(draft.family)));
      }
    }
  }

  private void patterns(Node node, Draft draft) {
    boolean areGood = true;
    for (Draft.Sought sought : draft.patterns()) {
      PagePattern pattern = sought.under(draft.engine);
      if (goodPatterns.contains(pattern)) {
        continue;
      }
      try {
        PageSearch.check(pattern);
        goodPatterns.add(pattern);
      } catch (BadPatternException e) {
        areGood = false;
        complaints.add(
            sought.line(), "the pattern '" + Fields.shown(sought.text()) + "', " + e.getMessage());
      }
    }
    if (!areGood) {
      return;
    }
    try {
      PageSearch.checkWork(draft.expectation());
    } catch (BadPatternException e) {
      complaints.add(node, e.problem() + "; " + e.hint());
    }
  }

  private static Set<String> with(Set<String> names, String... more) {
    Set<String> all = new TreeSet<>(names);
    all.addAll(List.of(more));
    return Set.copyOf(all);
  }
}
