package dev.holdfast.watcher.config;

import dev.holdfast.watcher.CheckRequest.Credentials;
import dev.holdfast.watcher.CheckRequest.Header;
import dev.holdfast.watcher.SecretText;
import dev.holdfast.watcher.config.Fields.Field;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Reads headers and credentials. */
final class RequestReader {
  /** The most headers of one endpoint. */
  static final int HEADERS_MAX = 50;

  /** The longest name of a header, in characters. */
  static final int HEADER_NAME_LENGTH_MAX = 100;

  /** The longest value of a header, in characters. */
  static final int HEADER_VALUE_LENGTH_MAX = 4_000;

  /** A token (RFC 9110, section 5.6.2). */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

  /** The headers that the check sets itself, and what to write instead. */
  private static final Map<String, String> OWN =
      Map.of(
          "host", "write the host in 'url', and the address in 'resolve'",
          "connection", "leave it out: each check has a connection of its own",
          "content-length", "leave it out: it follows from 'body'",
          "transfer-encoding", "leave it out: it follows from 'body'",
          "accept-encoding", "leave it out: the check decodes what it asks for",
          "expect", "leave it out",
          "te", "leave it out",
          "trailer", "leave it out",
          "upgrade", "leave it out");

  /** The headers that are nothing but a secret. */
  private static final Set<String> SECRET = Set.of("authorization", "proxy-authorization");

  /** Something that looks like a reference and may be none. */
  private static final Pattern LIKE_A_REFERENCE = Pattern.compile("\\$\\{[^}]*}?");

  private static final String REFERENCES = "${env:NAME} or ${file:/path}";

  private final Complaints complaints;
  private final Fields fields;

  RequestReader(Complaints complaints) {
    this.complaints = complaints;
    fields = new Fields(complaints);
  }

  /** Reads headers into a draft. */
  void headers(Node node, Draft draft) {
    Map<String, Integer> lines = new HashMap<>();
    for (Field field : fields.all(node, "'headers'")) {
      Integer first =
          lines.putIfAbsent(field.name().toLowerCase(Locale.ROOT), Complaints.line(field.key()));
      if (first != null) {
        complaints.add(
            field.key(),
            "the header '%s' is in line %d as well; keep one of them"
                .formatted(Fields.shown(field.name()), first));
        continue;
      }
      Optional<String> text = fields.text(field.name(), field.value());
      if (text.isEmpty()) {
        continue;
      }
      try {
        draft.put(header(field.name(), text.get()));
      } catch (BadValueException e) {
        complaints.add(field.key(), e.getMessage());
      }
    }
    if (draft.headerCount() > HEADERS_MAX) {
      complaints.add(node, "there must be " + HEADERS_MAX + " headers at most");
    }
  }

  private static Header header(String name, String text) throws BadValueException {
    String lower = name.toLowerCase(Locale.ROOT);
    if (!TOKEN.matcher(name).matches() || name.length() > HEADER_NAME_LENGTH_MAX) {
      throw new BadValueException(
          "a header must have a name of letters, digits and '-', not '" + Fields.shown(name) + "'");
    }
    if (OWN.containsKey(lower)) {
      throw new BadValueException("the check sets the header " + name + "; " + OWN.get(lower));
    }
    if (text.length() > HEADER_VALUE_LENGTH_MAX) {
      throw new BadValueException(
          "the header %s must have %d characters at most".formatted(name, HEADER_VALUE_LENGTH_MAX));
    }
    if (text.chars().anyMatch(c -> (c < ' ' && c != '\t') || c > '~')) {
      throw new BadValueException(
          "the header " + name + " must be of ASCII characters in one line");
    }
    if (SECRET.contains(lower) && new SecretText(text).references().isEmpty()) {
      throw new BadValueException(
          "the header " + name + " has a secret in the file; write " + REFERENCES + ", or 'auth'");
    }
    return new Header(name, withReferences(name, text.strip()));
  }

  /** Returns the credentials of {@code auth}, or complains and returns empty. */
  Optional<Credentials> credentials(Node node) {
    if (node instanceof ScalarNode scalar && scalar.getValue().equals("none")) {
      return Optional.of(new Credentials.None());
    }
    List<Field> kinds = fields.known(node, "'auth'", Set.of("basic", "bearer"));
    if (kinds.size() > 1) {
      complaints.add(node, "'auth' must be basic or bearer, not both");
      return Optional.empty();
    }
    if (kinds.isEmpty()) {
      complaints.add(
          node,
          "'auth' must be {basic: {user: NAME, password: '${env:NAME}'}}, {bearer: '${env:NAME}'}"
              + " or none");
      return Optional.empty();
    }
    Node value = kinds.getFirst().value();
    return kinds.getFirst().name().equals("bearer")
        ? secret("bearer", value).map(Credentials.Bearer::new)
        : basic(value);
  }

  private Optional<Credentials> basic(Node node) {
    Optional<SecretText> user = Optional.empty();
    Optional<SecretText> password = Optional.empty();
    List<Field> both = fields.known(node, "'basic'", Set.of("user", "password"));
    for (Field field : both) {
      if (field.name().equals("user")) {
        user = user(field.value());
      } else {
        password = secret("password", field.value());
      }
    }
    if (both.size() < 2) {
      complaints.add(node, "'basic' must have 'user' and 'password'");
    }
    if (user.isEmpty() || password.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Credentials.Basic(user.get(), password.get()));
  }

  private Optional<SecretText> user(Node node) {
    Optional<String> text = fields.text("user", node);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      SecretText user = withReferences("user", text.get());
      // RFC 7617, section 2: the colon ends the name.
      if (user.references().isEmpty() && text.get().matches("(?s).*[:\\p{Cntrl}].*")) {
        throw new BadValueException("'user' must have no colon and no line end");
      }
      return Optional.of(user);
    } catch (BadValueException e) {
      complaints.add(node, e.getMessage());
      return Optional.empty();
    }
  }

  /** Reads a text that must be a reference. A complaint does not show it. */
  private Optional<SecretText> secret(String name, Node node) {
    Optional<String> text = fields.text(name, node);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    SecretText secret = new SecretText(text.get());
    if (!secret.isReference()) {
      complaints.add(
          node,
          "'" + name + "' must not be in the file; write " + REFERENCES + " and nothing beside it");
      return Optional.empty();
    }
    try {
      return Optional.of(withReferences(name, text.get()));
    } catch (BadValueException e) {
      complaints.add(node, e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Returns a text with references, all of which are well-formed.
   *
   * @throws BadValueException if something looks like a reference and is none
   */
  static SecretText withReferences(String name, String text) throws BadValueException {
    SecretText secret = new SecretText(text);
    long like = LIKE_A_REFERENCE.matcher(text).results().count();
    if (like != secret.references().size()) {
      throw new BadValueException(
          "'" + name + "' has a reference that cannot be read; write " + REFERENCES);
    }
    for (SecretText.Reference reference : secret.references()) {
      switch (reference) {
        case SecretText.Reference.Env env -> {
          if (!env.name().matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw new BadValueException(
                "'%s' refers to the variable '%s'; its name must be letters, digits and '_'"
                    .formatted(name, Fields.shown(env.name())));
          }
        }
        case SecretText.Reference.OfFile file -> {
          if (!file.path().startsWith("/") || file.path().indexOf('\0') >= 0) {
            throw new BadValueException(
                "'%s' refers to the file '%s'; write its whole path, from / on"
                    .formatted(name, Fields.shown(file.path())));
          }
        }
      }
    }
    return secret;
  }
}
