package dev.holdfast.watcher.config;

import dev.holdfast.watcher.Expectation;
import dev.holdfast.watcher.Expectation.Engine;
import dev.holdfast.watcher.Reach;
import dev.holdfast.watcher.Schedule;
import dev.holdfast.watcher.SecretText;
import dev.holdfast.watcher.StatusSet;
import dev.holdfast.watcher.Timing;
import dev.holdfast.watcher.config.Fields.Field;
import dev.holdfast.watcher.config.Values.Conversion;
import dev.holdfast.watcher.guard.AddressLiteral;
import dev.holdfast.watcher.guard.Net;
import dev.holdfast.watcher.pattern.PageSearch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads the keys that defaults, groups and endpoints have in common. */
final class DraftReader {
  /** The keys, in the order in which they are written. */
  static final List<String> KEYS =
      List.of(
          "interval",
          "timeout",
          "method",
          "headers",
          "body",
          "auth",
          "expect",
          "redirects",
          "tls",
          "family",
          "resolve",
          "locations",
          "body_bytes",
          "reuse",
          "allow_nets");

  /** The keys of {@code expect}. */
  static final Set<String> EXPECT_KEYS = Set.of("status", "must", "must_not", "text", "engine");

  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  /** The most locations, and the most allowed nets, of one endpoint. */
  static final int LIST_MAX = 50;

  /** The longest body of a request, in characters. */
  static final int BODY_LENGTH_MAX = 65_536;

  private static final Pattern LOCATION = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?");
  private static final Pattern STATUS_CLASS = Pattern.compile("([1-5])[xX]{2}");

  private final Complaints complaints;
  private final Fields fields;
  private final RequestReader requests;

  DraftReader(Complaints complaints) {
    this.complaints = complaints;
    fields = new Fields(complaints);
    requests = new RequestReader(complaints);
  }

  /** Reads one of {@link #KEYS} into a draft. */
  void read(Field field, Draft draft) {
    Node value = field.value();
    switch (field.name()) {
      case "interval" ->
          set(
              "interval",
              value,
              Values.duration("interval", Schedule.INTERVAL_MIN_MS, Schedule.INTERVAL_MAX_MS),
              ms -> draft.intervalMs = ms);
      case "timeout" ->
          set(
              "timeout",
              value,
              Values.duration("timeout", Timing.TIMEOUT_MIN_MS, Timing.TIMEOUT_MAX_MS),
              ms -> draft.timeoutMs = ms);
      case "method" -> set("method", value, DraftReader::method, m -> draft.method = m);
      case "headers" -> requests.headers(value, draft);
      case "body" -> set("body", value, DraftReader::body, body -> draft.body = body);
      case "auth" -> requests.credentials(value).ifPresent(c -> draft.credentials = c);
      case "expect" -> expectation(value, draft);
      case "redirects" ->
          set("redirects", value, Values.truth("redirects"), is -> draft.isFollowing = is);
      case "tls" -> tls(value, draft);
      case "family" ->
          set("family", value, Values.choice("family", Reach.Family.class), f -> draft.family = f);
      case "resolve" -> set("resolve", value, DraftReader::resolve, r -> draft.resolve = r);
      case "locations" -> locations(value).ifPresent(names -> draft.locations = names);
      case "body_bytes" ->
          set(
              "body_bytes",
              value,
              Values.size("body_bytes", 0, Expectation.BODY_BYTES_LIMIT),
              bytes -> draft.bodyBytesMax = bytes);
      case "reuse" -> set("reuse", value, Values.truth("reuse"), is -> draft.isReusing = is);
      case "allow_nets" ->
          texts("allow_nets", value, LIST_MAX, DraftReader::net)
              .ifPresent(nets -> draft.allowedNets = nets);
      default -> throw new IllegalArgumentException("no key " + field.name());
    }
  }

  private void expectation(Node node, Draft draft) {
    for (Field field : fields.known(node, "'expect'", EXPECT_KEYS)) {
      Node value = field.value();
      switch (field.name()) {
        case "status" -> statuses(value).ifPresent(set -> draft.statuses = set);
        case "must" -> patterns("must", value).ifPresent(list -> draft.must = list);
        case "must_not" -> patterns("must_not", value).ifPresent(list -> draft.mustNot = list);
        case "text" ->
            texts("text", value, Expectation.SEARCHES_MAX, DraftReader::text)
                .ifPresent(list -> draft.texts = list);
        default ->
            set("engine", value, Values.choice("engine", Engine.class), e -> draft.engine = e);
      }
    }
  }

  private void tls(Node node, Draft draft) {
    for (Field field : fields.known(node, "'tls'", Set.of("verify", "days", "require"))) {
      Node value = field.value();
      switch (field.name()) {
        case "verify" -> set("verify", value, Values.truth("verify"), is -> draft.isVerifying = is);
        case "require" ->
            set("require", value, Values.truth("require"), is -> draft.isTlsRequired = is);
        default ->
            set(
                "days",
                value,
                Values.number("days", 0, Expectation.CERTIFICATE_DAYS_MAX),
                days -> draft.certificateDaysMin = days);
      }
    }
  }

  private Optional<StatusSet> statuses(Node node) {
    Optional<List<Node>> items = fields.items("status", node);
    if (items.isEmpty()) {
      return Optional.empty();
    }
    List<String> parts =
        items.get().stream().flatMap(item -> fields.text("status", item).stream()).toList();
    if (parts.size() < items.get().size()) {
      return Optional.empty();
    }
    String text = String.join(",", parts);
    try {
      return Optional.of(StatusSet.parse(text));
    } catch (IllegalArgumentException e) {
      var matcher = STATUS_CLASS.matcher(text);
      complaints.add(
          node,
          matcher.matches()
              ? "'status' must be codes and ranges; write %s00-%s99"
                  .formatted(matcher.group(1), matcher.group(1))
              : "'status' must be codes of 100 to 599 and ranges, such as 200-299,301, not '"
                  + Fields.shown(text)
                  + "'");
      return Optional.empty();
    }
  }

  /** Reads patterns: texts, or mappings with an engine of their own. */
  private Optional<List<Draft.Sought>> patterns(String name, Node node) {
    List<Draft.Sought> patterns = new ArrayList<>();
    Optional<List<Node>> items = items(name, node, Expectation.SEARCHES_MAX);
    if (items.isEmpty()) {
      return Optional.empty();
    }
    for (Node item : items.get()) {
      if (item instanceof MappingNode) {
        patternWithEngine(name, item).ifPresent(patterns::add);
      } else {
        fields
            .text(name, item)
            .map(text -> new Draft.Sought(text, Optional.empty(), Complaints.line(item)))
            .ifPresent(patterns::add);
      }
    }
    return Optional.of(List.copyOf(patterns));
  }

  private Optional<Draft.Sought> patternWithEngine(String name, Node node) {
    Optional<String> pattern = Optional.empty();
    Optional<Engine> engine = Optional.empty();
    for (Field field :
        fields.known(node, "an item of '" + name + "'", Set.of("pattern", "engine"))) {
      if (field.name().equals("pattern")) {
        pattern = fields.text("pattern", field.value());
      } else {
        engine = convert("engine", field.value(), Values.choice("engine", Engine.class));
      }
    }
    if (pattern.isEmpty()) {
      complaints.add(node, "an item of '" + name + "' must have a 'pattern'");
      return Optional.empty();
    }
    return Optional.of(new Draft.Sought(pattern.get(), engine, Complaints.line(node)));
  }

  private Optional<Set<String>> locations(Node node) {
    if (node instanceof ScalarNode scalar && scalar.getValue().equals("all")) {
      return Optional.of(Set.of());
    }
    Optional<List<String>> names = texts("locations", node, LIST_MAX, DraftReader::location);
    if (node instanceof SequenceNode list && list.getValue().isEmpty()) {
      complaints.add(node, "'locations' has none; name one, or write 'locations: all'");
      return Optional.empty();
    }
    return names.map(list -> list.stream().collect(Collectors.toCollection(TreeSet::new)));
  }

  /** Reads a list of texts, or one text. */
  private Optional<List<String>> texts(
      String name, Node node, int most, Conversion<String> conversion) {
    return items(name, node, most)
        .map(
            items ->
                items.stream().flatMap(item -> convert(name, item, conversion).stream()).toList());
  }

  private Optional<List<Node>> items(String name, Node node, int most) {
    Optional<List<Node>> items = fields.items(name, node);
    if (items.isPresent() && items.get().size() > most) {
      complaints.add(node, "'" + name + "' must have " + most + " items at most");
      return Optional.empty();
    }
    return items;
  }

  private <T> void set(String name, Node node, Conversion<T> conversion, Consumer<T> setter) {
    convert(name, node, conversion).ifPresent(setter);
  }

  private <T> Optional<T> convert(String name, Node node, Conversion<T> conversion) {
    Optional<String> text = fields.text(name, node);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(conversion.of(text.get()));
    } catch (BadValueException e) {
      complaints.add(node, e.getMessage());
      return Optional.empty();
    }
  }

  private static String method(String text) throws BadValueException {
    if (!METHODS.contains(text)) {
      throw new BadValueException(
          "'method' must be one of %s, not '%s'"
              .formatted(String.join(", ", METHODS), Fields.shown(text)));
    }
    return text;
  }

  private static Optional<SecretText> body(String text) throws BadValueException {
    if (text.length() > BODY_LENGTH_MAX) {
      throw new BadValueException(
          "'body' must have " + BODY_LENGTH_MAX + " characters at most; write ${file:/path}");
    }
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(RequestReader.withReferences("body", text));
  }

  private static String text(String text) throws BadValueException {
    if (text.isEmpty()) {
      throw new BadValueException("'text' is empty; leave it out, or write what the page shows");
    }
    if (text.length() > PageSearch.TEXT_LENGTH_MAX) {
      throw new BadValueException(
          "'text' must have " + PageSearch.TEXT_LENGTH_MAX + " characters at most");
    }
    return text;
  }

  private static Reach.Resolve resolve(String text) throws BadValueException {
    return switch (text) {
      case "any" -> new Reach.Resolve.Any();
      case "each" -> new Reach.Resolve.Each();
      default ->
          new Reach.Resolve.Fixed(
              AddressLiteral.parse(text)
                  .orElseThrow(
                      () ->
                          new BadValueException(
                              "'resolve' must be any, each or an address such as 192.0.2.1, not '"
                                  + Fields.shown(text)
                                  + "'")));
    };
  }

  private static String location(String text) throws BadValueException {
    if (!LOCATION.matcher(text).matches()) {
      throw new BadValueException(
          "'locations' must be names of 1 to 40 lower-case letters, digits and '-', not '"
              + Fields.shown(text)
              + "'");
    }
    return text;
  }

  private static String net(String text) throws BadValueException {
    try {
      return Net.parse(Fields.shown(text)).toString();
    } catch (IllegalArgumentException e) {
      throw new BadValueException("'allow_nets': " + e.getMessage(), e);
    }
  }
}
