package dev.holdfast.watcher.config;

import dev.holdfast.watcher.SecretText.MissingSecretException;
import dev.holdfast.watcher.SecretText.Reference;
import dev.holdfast.watcher.SecretText.Source;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * The secrets of an agent: variables of its environment, and files. A file is read again after it
 * has changed, so that a secret can be replaced without a restart. Messages name variables and
 * files, and never a value.
 *
 * <p>Threading: several threads may ask at once. A call looks at a file and may read it.
 */
public final class EnvironmentSecrets implements Source {
  /** The largest file, in bytes. */
  public static final int FILE_BYTES_MAX = 64 << 10;

  /** The most files whose contents are kept. Further ones are read each time. */
  private static final int FILES_MAX = 1_000;

  /**
   * A file that was changed so shortly before it was read may have changed once more within the
   * same tick of the file system's clock. It is read again.
   */
  private static final Duration TICK = Duration.ofSeconds(2);

  private final UnaryOperator<String> environment;
  private final InstantSource clock;
  private final Map<String, Content> contents = new ConcurrentHashMap<>();

  /** The state of a file: it differs if the file was changed or replaced. */
  private record Stamp(Instant changedAt, long bytes, Object key) {
    static Stamp of(Path file) throws IOException, MissingSecretException {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (!attributes.isRegularFile()) {
        // A pipe would hold the check until somebody writes to it.
        throw new MissingSecretException(file + " is no regular file of the agent");
      }
      return new Stamp(
          attributes.lastModifiedTime().toInstant(),
          attributes.size(),
          Objects.requireNonNullElse(attributes.fileKey(), ""));
    }
  }

  /** The content of a file in that state. It has no text form, since it is a secret. */
  private static final class Content {
    private final Stamp stamp;
    private final String value;

    Content(Stamp stamp, String value) {
      this.stamp = stamp;
      this.value = value;
    }
  }

  /**
   * Takes secrets from these places.
   *
   * @param environment returns the value of a variable, or null if there is none
   * @param clock the clock that files are dated by
   */
  public EnvironmentSecrets(UnaryOperator<String> environment, InstantSource clock) {
    this.environment = environment;
    this.clock = clock;
  }

  @Override
  public String value(Reference reference) throws MissingSecretException {
    return switch (reference) {
      case Reference.Env variable -> variable(variable.name());
      case Reference.OfFile file -> file(file.path());
    };
  }

  private String variable(String name) throws MissingSecretException {
    String value = environment.apply(name);
    if (value == null || value.isEmpty()) {
      throw new MissingSecretException(
          "the environment of the agent has no variable " + name + ", or an empty one");
    }
    return value;
  }

  private String file(String path) throws MissingSecretException {
    try {
      Stamp stamp = Stamp.of(Path.of(path));
      Content kept = contents.get(path);
      if (kept != null && kept.stamp.equals(stamp)) {
        return kept.value;
      }
      String value = read(path);
      // The stamp is older than the content, so a change in between is seen at the next call.
      boolean isSettled = stamp.changedAt.isBefore(clock.instant().minus(TICK));
      if (isSettled && (kept != null || contents.size() < FILES_MAX)) {
        contents.put(path, new Content(stamp, value));
      }
      return value;
    } catch (NoSuchFileException e) {
      throw new MissingSecretException("the agent has no file " + path);
    } catch (IOException e) {
      throw new MissingSecretException(
          "the agent cannot read the file " + path + ": " + e.getClass().getSimpleName());
    }
  }

  private static String read(String path) throws IOException, MissingSecretException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(Path.of(path))) {
      bytes = in.readNBytes(FILE_BYTES_MAX + 1);
    }
    if (bytes.length > FILE_BYTES_MAX) {
      throw new MissingSecretException(
          "the file " + path + " has more than " + FILE_BYTES_MAX + " bytes");
    }
    String value = new String(bytes, StandardCharsets.UTF_8).replaceFirst("\\r?\\n\\z", "");
    if (value.isEmpty()) {
      throw new MissingSecretException("the file " + path + " is empty");
    }
    return value;
  }
}
