package dev.holdfast.watcher.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.watcher.CheckRequest;
import dev.holdfast.watcher.CheckRequest.Credentials;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.EndpointId;
import dev.holdfast.watcher.Expectation;
import dev.holdfast.watcher.Expectation.PagePattern;
import dev.holdfast.watcher.Reach;
import dev.holdfast.watcher.SecretText;
import dev.holdfast.watcher.StatusSet;
import dev.holdfast.watcher.Timing;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * An endpoint as JSON, as the column {@code spec} has it. Secrets stay references. A reader ignores
 * keys that it does not know.
 */
final class SpecJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private SpecJson() {}

  /**
   * Returns the spec of an endpoint.
   *
   * @throws IllegalArgumentException if a text has a NUL, which PostgreSQL cannot keep
   */
  static ObjectNode write(Endpoint endpoint) {
    ObjectNode spec = NODES.objectNode();
    spec.put("group", endpoint.group());
    spec.put("intervalMs", endpoint.timing().intervalMs());
    spec.put("timeoutMs", endpoint.timing().timeoutMs());
    spec.set("request", request(endpoint.request()));
    spec.set("expect", expectation(endpoint.expectation()));
    spec.set("reach", reach(endpoint.reach()));
    spec.set("locations", texts(endpoint.locations().stream().sorted().toList()));
    refuseNul("", spec);
    return spec;
  }

  private static void refuseNul(String path, JsonNode node) {
    if (node.isTextual() && node.asText().indexOf('\0') >= 0) {
      throw new IllegalArgumentException(path + " has a NUL, which the database cannot keep");
    }
    node.properties().forEach(each -> refuseNul(each.getKey(), each.getValue()));
    if (node.isArray()) {
      node.forEach(each -> refuseNul(path, each));
    }
  }

  private static ObjectNode request(CheckRequest request) {
    ObjectNode node = NODES.objectNode();
    node.put("url", request.url().toString());
    node.put("method", request.method());
    ArrayNode headers = node.putArray("headers");
    for (CheckRequest.Header header : request.headers()) {
      headers.addObject().put("name", header.name()).put("value", header.value().text());
    }
    request.body().ifPresent(body -> node.put("body", body.text()));
    switch (request.credentials()) {
      case Credentials.None() -> {
        // nothing is said of them
      }
      case Credentials.Basic(SecretText user, SecretText password) ->
          node.putObject("basic").put("user", user.text()).put("password", password.text());
      case Credentials.Bearer(SecretText token) -> node.put("bearer", token.text());
    }
    return node;
  }

  private static ObjectNode expectation(Expectation expectation) {
    ObjectNode node = NODES.objectNode();
    node.put("statuses", expectation.statuses().toString());
    node.set("must", patterns(expectation.must()));
    node.set("mustNot", patterns(expectation.mustNot()));
    node.set("texts", texts(expectation.texts()));
    node.put("certificateDaysMin", expectation.certificateDaysMin());
    node.put("bodyBytesMax", expectation.bodyBytesMax());
    return node;
  }

  private static ArrayNode patterns(List<PagePattern> patterns) {
    ArrayNode node = NODES.arrayNode();
    for (PagePattern pattern : patterns) {
      node.addObject().put("text", pattern.text()).put("engine", pattern.engine().name());
    }
    return node;
  }

  private static ObjectNode reach(Reach reach) {
    ObjectNode node = NODES.objectNode();
    node.put(
        "resolve",
        switch (reach.resolve()) {
          case Reach.Resolve.Any() -> "any";
          case Reach.Resolve.Each() -> "each";
          case Reach.Resolve.Fixed(InetAddress address) -> address.getHostAddress();
        });
    node.put("family", reach.family().name());
    node.put("follow", reach.isFollowing());
    node.put("verify", reach.isVerifying());
    node.put("requireTls", reach.isTlsRequired());
    node.put("reuse", reach.isReusing());
    node.set("allowNets", texts(reach.allowedNets()));
    return node;
  }

  private static ArrayNode texts(Collection<String> texts) {
    ArrayNode node = NODES.arrayNode();
    texts.forEach(node::add);
    return node;
  }

  /**
   * Returns the endpoint of a spec.
   *
   * @throws IllegalArgumentException if it is none; the message names the endpoint
   */
  static Endpoint read(EndpointId id, JsonNode spec) {
    try {
      return new Endpoint(
          id,
          text(spec, "group"),
          new Timing(number(spec, "intervalMs"), number(spec, "timeoutMs")),
          readRequest(spec.path("request")),
          readExpectation(spec.path("expect")),
          readReach(spec.path("reach")),
          new HashSet<>(list(spec, "locations", JsonNode::asText)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("endpoint " + id + ": " + e.getMessage(), e);
    }
  }

  private static CheckRequest readRequest(JsonNode node) {
    Credentials credentials = new Credentials.None();
    if (node.has("basic")) {
      credentials =
          new Credentials.Basic(
              new SecretText(text(node.get("basic"), "user")),
              new SecretText(text(node.get("basic"), "password")));
    } else if (node.has("bearer")) {
      credentials = new Credentials.Bearer(new SecretText(text(node, "bearer")));
    }
    return new CheckRequest(
        URI.create(text(node, "url")),
        text(node, "method"),
        list(
            node,
            "headers",
            header ->
                new CheckRequest.Header(
                    text(header, "name"), new SecretText(text(header, "value")))),
        node.has("body") ? Optional.of(new SecretText(text(node, "body"))) : Optional.empty(),
        credentials);
  }

  private static Expectation readExpectation(JsonNode node) {
    return new Expectation(
        StatusSet.parse(text(node, "statuses")),
        list(node, "must", SpecJson::readPattern),
        list(node, "mustNot", SpecJson::readPattern),
        list(node, "texts", JsonNode::asText),
        number(node, "certificateDaysMin"),
        number(node, "bodyBytesMax"));
  }

  private static PagePattern readPattern(JsonNode node) {
    return new PagePattern(text(node, "text"), Expectation.Engine.valueOf(text(node, "engine")));
  }

  private static Reach readReach(JsonNode node) {
    return new Reach(
        readResolve(text(node, "resolve")),
        Reach.Family.valueOf(text(node, "family")),
        truth(node, "follow"),
        truth(node, "verify"),
        truth(node, "requireTls"),
        truth(node, "reuse"),
        list(node, "allowNets", JsonNode::asText));
  }

  private static Reach.Resolve readResolve(String text) {
    if (text.equals("any")) {
      return new Reach.Resolve.Any();
    }
    if (text.equals("each")) {
      return new Reach.Resolve.Each();
    }
    if (!text.matches("[0-9a-fA-F:.%]+")) { // a name would be resolved here
      throw new IllegalArgumentException("resolve must be any, each or an address, not " + text);
    }
    try {
      return new Reach.Resolve.Fixed(InetAddress.getByName(text));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("resolve is no address: " + text, e);
    }
  }

  private static String text(JsonNode node, String key) {
    return required(node, key, JsonNode::isTextual, "a text").asText();
  }

  private static int number(JsonNode node, String key) {
    return required(node, key, JsonNode::isInt, "a number").asInt();
  }

  private static boolean truth(JsonNode node, String key) {
    return required(node, key, JsonNode::isBoolean, "true or false").asBoolean();
  }

  private static <T> List<T> list(JsonNode node, String key, Function<JsonNode, T> of) {
    var list = new ArrayList<T>();
    required(node, key, JsonNode::isArray, "a list").forEach(each -> list.add(of.apply(each)));
    return list;
  }

  private static JsonNode required(
      JsonNode node, String key, Predicate<JsonNode> isRight, String what) {
    JsonNode value = node.path(key);
    if (!isRight.test(value)) {
      throw new IllegalArgumentException(key + " must be " + what);
    }
    return value;
  }
}
