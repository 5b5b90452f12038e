package dev.holdfast.watcher;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text that may refer to secrets: {@code ${env:NAME}} stands for a variable of the agent's
 * environment, and {@code ${file:/path}} for the content of a file of the agent, without the line
 * end behind it. The references are kept, and never what they stand for: a configuration, a
 * database and a log show this text.
 *
 * @param text the text with its references
 */
public record SecretText(String text) {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{(env|file):([^}]+)}");

  /** A reference to a secret. */
  public sealed interface Reference {
    /** A variable of the environment. */
    record Env(String name) implements Reference {}

    /** A file. */
    record OfFile(String path) implements Reference {}
  }

  /** Finds the value of a reference. */
  @FunctionalInterface
  public interface Source {
    /**
     * Returns the value.
     *
     * @throws MissingSecretException if there is none
     */
    String value(Reference reference) throws MissingSecretException;
  }

  /** A secret that the agent does not have. The message names the reference, and no value. */
  public static final class MissingSecretException extends Exception {
    private static final long serialVersionUID = 1L;

    public MissingSecretException(String message) {
      super(message);
    }
  }

  /** Returns the references, in the order in which they come. */
  public List<Reference> references() {
    return REFERENCE
        .matcher(text)
        .results()
        .map(found -> reference(found.group(1), found.group(2)))
        .toList();
  }

  /** Returns true if the text is one reference and nothing else. */
  public boolean isReference() {
    return REFERENCE.matcher(text).matches();
  }

  /**
   * Returns the text with the values of its references in their places.
   *
   * @throws MissingSecretException if one has no value
   */
  public String resolved(Source source) throws MissingSecretException {
    StringBuilder resolved = new StringBuilder();
    Matcher matcher = REFERENCE.matcher(text);
    while (matcher.find()) {
      String value = source.value(reference(matcher.group(1), matcher.group(2)));
      matcher.appendReplacement(resolved, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(resolved).toString();
  }

  private static Reference reference(String kind, String of) {
    return kind.equals("env") ? new Reference.Env(of) : new Reference.OfFile(of);
  }

  @Override
  public String toString() {
    return text;
  }
}
