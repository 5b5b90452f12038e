package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.CheckRequest;
import dev.holdfast.watcher.SecretText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A request with its secrets in their places. Its text shows none of them.
 *
 * @param method such as GET
 * @param fields the fields of the endpoint, without {@code Host}
 * @param authority what stands in {@code Host}, or empty for that of the target
 * @param body the body, or empty if there is none
 * @param isBodySecret true if the body goes to the endpoint's own origin alone
 */
record Outgoing(
    String method,
    List<Field> fields,
    Optional<String> authority,
    Optional<byte[]> body,
    boolean isBodySecret) {

  /** Fields that never go to another origin, whatever their values are made of. */
  private static final Set<String> ALWAYS_SECRET =
      Set.of("authorization", "proxy-authorization", "cookie");

  /** What a check sends before its secrets are read. */
  static final Outgoing NOTHING =
      new Outgoing("", List.of(), Optional.empty(), Optional.empty(), false);

  Outgoing {
    fields = List.copyOf(fields);
  }

  /**
   * A field of the head.
   *
   * @param isSecret true if it goes to the endpoint's own origin alone
   */
  record Field(String name, String value, boolean isSecret) {
    boolean is(String other) {
      return name.toLowerCase(Locale.ROOT).equals(other.toLowerCase(Locale.ROOT));
    }

    @Override
    public String toString() {
      return name + ": " + (isSecret ? "…" : value);
    }
  }

  /** Returns true if a request has secrets in files. */
  static boolean needsFiles(CheckRequest request) {
    return request.headers().stream().anyMatch(header -> hasFile(header.value()))
        || request.body().filter(Outgoing::hasFile).isPresent()
        || switch (request.credentials()) {
          case CheckRequest.Credentials.None _ -> false;
          case CheckRequest.Credentials.Basic(SecretText user, SecretText password) ->
              hasFile(user) || hasFile(password);
          case CheckRequest.Credentials.Bearer(SecretText token) -> hasFile(token);
        };
  }

  private static boolean hasFile(SecretText text) {
    return text.text().contains("${file:")
        && text.references().stream().anyMatch(SecretText.Reference.OfFile.class::isInstance);
  }

  /**
   * Returns what an endpoint's request sends.
   *
   * @throws SecretText.MissingSecretException if the agent does not have one of its secrets
   * @throws IllegalArgumentException if a field has a line end in it, which would begin another one
   */
  static Outgoing of(CheckRequest request, SecretText.Source secrets)
      throws SecretText.MissingSecretException {
    List<Field> fields = new ArrayList<>();
    Optional<String> authority = Optional.empty();
    for (CheckRequest.Header header : request.headers()) {
      String value = oneLine(header.name(), header.value().resolved(secrets));
      String lower = header.name().toLowerCase(Locale.ROOT);
      boolean isSecret = ALWAYS_SECRET.contains(lower) || !header.value().references().isEmpty();
      if (lower.equals("host")) {
        authority = Optional.of(value);
      } else {
        fields.add(new Field(header.name(), value, isSecret));
      }
    }
    authorization(request.credentials(), secrets)
        .map(value -> oneLine("Authorization", value))
        .ifPresent(value -> fields.add(new Field("Authorization", value, true)));
    Optional<byte[]> body = Optional.empty();
    boolean isBodySecret = false;
    if (request.body().isPresent()) {
      body = Optional.of(request.body().get().resolved(secrets).getBytes(StandardCharsets.UTF_8));
      isBodySecret = !request.body().get().references().isEmpty();
    }
    return new Outgoing(request.method(), fields, authority, body, isBodySecret);
  }

  private static String oneLine(String name, String value) {
    if (value.chars().anyMatch(c -> c < ' ' && c != '\t')) {
      throw new IllegalArgumentException("the field " + name + " has a control character in it");
    }
    return value;
  }

  private static Optional<String> authorization(
      CheckRequest.Credentials credentials, SecretText.Source secrets)
      throws SecretText.MissingSecretException {
    return switch (credentials) {
      case CheckRequest.Credentials.None _ -> Optional.empty();
      case CheckRequest.Credentials.Basic(SecretText user, SecretText password) -> {
        String pair = user.resolved(secrets) + ":" + password.resolved(secrets);
        byte[] bytes = pair.getBytes(StandardCharsets.UTF_8);
        yield Optional.of("Basic " + Base64.getEncoder().encodeToString(bytes));
      }
      case CheckRequest.Credentials.Bearer(SecretText token) ->
          Optional.of("Bearer " + token.resolved(secrets));
    };
  }

  boolean has(String name) {
    return fields.stream().anyMatch(field -> field.is(name));
  }

  @Override
  public String toString() {
    return method + " " + fields;
  }
}
