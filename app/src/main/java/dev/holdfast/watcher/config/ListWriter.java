package dev.holdfast.watcher.config;

import dev.holdfast.watcher.CheckRequest;
import dev.holdfast.watcher.CheckRequest.Credentials;
import dev.holdfast.watcher.CheckRequest.Header;
import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.Expectation;
import dev.holdfast.watcher.Expectation.Engine;
import dev.holdfast.watcher.Expectation.PagePattern;
import dev.holdfast.watcher.Reach;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes endpoints as a file. It writes texts in double quotes, and leaves defaults out. */
final class ListWriter {
  private final StringBuilder out = new StringBuilder();

  String write(List<Endpoint> endpoints) {
    Map<String, List<Endpoint>> groups =
        endpoints.stream()
            .sorted(Comparator.comparing(Endpoint::id))
            .collect(Collectors.groupingBy(Endpoint::group, TreeMap::new, Collectors.toList()));
    List<Endpoint> ungrouped = groups.remove("");
    if (ungrouped != null) {
      line(0, "endpoints:");
      ungrouped.forEach(endpoint -> endpoint(endpoint, 2));
    }
    if (!groups.isEmpty()) {
      line(0, "groups:");
    }
    groups.forEach(
        (name, members) -> {
          line(2, "- name: " + quoted(name));
          line(4, "endpoints:");
          members.forEach(endpoint -> endpoint(endpoint, 6));
        });
    return out.toString();
  }

  private void endpoint(Endpoint endpoint, int indent) {
    CheckRequest request = endpoint.request();
    int inner = indent + 2;
    line(indent, "- id: " + quoted(endpoint.id().text()));
    line(inner, "url: " + quoted(request.url().toString()));
    line(inner, "interval: " + Values.durationText(endpoint.timing().intervalMs()));
    line(inner, "timeout: " + Values.durationText(endpoint.timing().timeoutMs()));
    unlessDefault(inner, "method", request.method(), "GET");
    headers(request.headers(), inner);
    request.body().ifPresent(body -> line(inner, "body: " + quoted(body.text())));
    credentials(request.credentials(), inner);
    expectation(endpoint.expectation(), inner);
    reach(endpoint.reach(), endpoint.expectation().certificateDaysMin(), inner);
    list(inner, "locations", new TreeSet<>(endpoint.locations()));
    unlessDefault(
        inner,
        "body_bytes",
        endpoint.expectation().bodyBytesMax(),
        Expectation.DEFAULT.bodyBytesMax());
  }

  private void headers(List<Header> headers, int indent) {
    if (!headers.isEmpty()) {
      line(indent, "headers:");
    }
    Set<String> names = new HashSet<>();
    for (Header header : headers) {
      if (!names.add(header.name().toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException("the header " + header.name() + " is there twice");
      }
      line(indent + 2, quoted(header.name()) + ": " + quoted(header.value().text()));
    }
  }

  private void credentials(Credentials credentials, int indent) {
    switch (credentials) {
      case Credentials.None _ -> {}
      case Credentials.Bearer bearer -> {
        line(indent, "auth:");
        line(indent + 2, "bearer: " + quoted(bearer.token().text()));
      }
      case Credentials.Basic basic -> {
        line(indent, "auth:");
        line(indent + 2, "basic:");
        line(indent + 4, "user: " + quoted(basic.user().text()));
        line(indent + 4, "password: " + quoted(basic.password().text()));
      }
    }
  }

  private void expectation(Expectation expectation, int indent) {
    boolean isDefault = expectation.statuses().equals(Expectation.DEFAULT.statuses());
    if (isDefault && !expectation.searchesBody()) {
      return;
    }
    line(indent, "expect:");
    int inner = indent + 2;
    if (!isDefault) {
      line(inner, "status: " + quoted(expectation.statuses().toString()));
    }
    List<PagePattern> patterns =
        Stream.concat(expectation.must().stream(), expectation.mustNot().stream()).toList();
    boolean isJava =
        !patterns.isEmpty() && patterns.stream().allMatch(p -> p.engine() == Engine.JAVA);
    if (isJava) {
      line(inner, "engine: java");
    }
    patterns(inner, "must", expectation.must(), isJava);
    patterns(inner, "must_not", expectation.mustNot(), isJava);
    list(inner, "text", expectation.texts());
  }

  private void patterns(int indent, String name, List<PagePattern> patterns, boolean isJava) {
    if (!patterns.isEmpty()) {
      line(indent, name + ":");
    }
    for (PagePattern pattern : patterns) {
      boolean isPlain = isJava || pattern.engine() == Engine.RE2;
      String text = quoted(pattern.text());
      line(indent + 2, isPlain ? "- " + text : "- {pattern: " + text + ", engine: java}");
    }
  }

  private void reach(Reach reach, int days, int indent) {
    unlessDefault(indent, "redirects", reach.isFollowing(), Reach.DEFAULT.isFollowing());
    boolean hasTls =
        days != Expectation.DEFAULT.certificateDaysMin()
            || reach.isVerifying() != Reach.DEFAULT.isVerifying()
            || reach.isTlsRequired() != Reach.DEFAULT.isTlsRequired();
    if (hasTls) {
      line(indent, "tls:");
      unlessDefault(indent + 2, "verify", reach.isVerifying(), Reach.DEFAULT.isVerifying());
      unlessDefault(indent + 2, "days", days, Expectation.DEFAULT.certificateDaysMin());
      unlessDefault(indent + 2, "require", reach.isTlsRequired(), Reach.DEFAULT.isTlsRequired());
    }
    unlessDefault(
        indent, "family", Values.name(reach.family()), Values.name(Reach.DEFAULT.family()));
    switch (reach.resolve()) {
      case Reach.Resolve.Any _ -> {}
      case Reach.Resolve.Each _ -> line(indent, "resolve: each");
      case Reach.Resolve.Fixed fixed ->
          line(indent, "resolve: " + quoted(fixed.address().getHostAddress()));
    }
    unlessDefault(indent, "reuse", reach.isReusing(), Reach.DEFAULT.isReusing());
    list(indent, "allow_nets", reach.allowedNets());
  }

  private void list(int indent, String name, Collection<String> texts) {
    if (!texts.isEmpty()) {
      line(indent, name + ":");
      texts.forEach(text -> line(indent + 2, "- " + quoted(text)));
    }
  }

  private void unlessDefault(int indent, String name, Object value, Object byDefault) {
    if (!value.equals(byDefault)) {
      line(indent, name + ": " + value);
    }
  }

  private void line(int indent, String text) {
    out.repeat(' ', indent).append(text).append('\n');
  }

  /** Returns a text in double quotes (YAML 1.1, section 5.6), in one line. */
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                  if (isPlain(c)) {
                    quoted.appendCodePoint(c);
                  } else {
                    quoted.append("\\U%08x".formatted(c));
                  }
                }
              }
            });
    return quoted.append('"').toString();
  }

  /** Returns true if a character stands for itself. Some are line ends, and one is a mark. */
  private static boolean isPlain(int c) {
    return YamlText.isPrintable(c) && c != 0x85 && c != 0x2028 && c != 0x2029 && c != 0xfeff;
  }
}
