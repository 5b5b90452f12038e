package dev.holdfast.watcher.service;

import dev.holdfast.watcher.store.DatabaseConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options of everything that uses the database, as a mixin. */
final class DatabaseOptions {
  static final String URL = "jdbc:postgresql://127.0.0.1:5432/watch";
  static final String USER = "watch";

  private static final int PASSWORD_BYTES_MAX = 4_096;

  /** A user in front of the host, who may have a password, or a parameter that is one. */
  private static final Pattern SECRET =
      Pattern.compile("//[^/?]*@|[?&][^=&]*password=", Pattern.CASE_INSENSITIVE);

  @Option(
      names = "--db-url",
      paramLabel = "URL",
      defaultValue = "${env:HOLDFAST_WATCH_DB_URL:-" + URL + "}",
      description =
          "the PostgreSQL database, without a password; default ${DEFAULT-VALUE}; env"
              + " HOLDFAST_WATCH_DB_URL")
  private String dbUrl;

  @Option(
      names = "--db-user",
      paramLabel = "NAME",
      defaultValue = "${env:HOLDFAST_WATCH_DB_USER:-" + USER + "}",
      description = "its user; default ${DEFAULT-VALUE}; env HOLDFAST_WATCH_DB_USER")
  private String dbUser;

  @Option(
      names = "--db-password-file",
      paramLabel = "FILE",
      defaultValue = "${env:HOLDFAST_WATCH_DB_PASSWORD_FILE:-}",
      description =
          "the file with the user's password; default none; env HOLDFAST_WATCH_DB_PASSWORD_FILE")
  private String dbPasswordFile;

  /**
   * Returns the configuration of the options.
   *
   * @throws IllegalArgumentException if one is wrong; the message begins with its component
   */
  DatabaseConfig config() {
    if (!dbUrl.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException(
          "dbUrl must begin with jdbc:postgresql:, such as " + URL + ", not " + shown(dbUrl));
    }
    if (SECRET.matcher(dbUrl).find()) {
      throw new IllegalArgumentException(
          "dbUrl must have no user and no password: name the user with --db-user, and a file that"
              + " has the password with --db-password-file");
    }
    if (dbUser.isBlank()) {
      throw new IllegalArgumentException("dbUser must not be empty");
    }
    return DatabaseConfig.of(dbUrl, dbUser, password());
  }

  /** Returns the URL up to what may be a secret. */
  private static String shown(String url) {
    return url.replaceAll("//[^/@]*@", "//…@").replaceAll("\\?.*", "?…");
  }

  private String password() {
    if (dbPasswordFile.isBlank()) {
      return "";
    }
    Path file = Path.of(dbPasswordFile);
    try {
      if (Files.size(file) > PASSWORD_BYTES_MAX) {
        throw new IllegalArgumentException(
            "dbPasswordFile must have " + PASSWORD_BYTES_MAX + " bytes at most: " + file);
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new IllegalArgumentException("dbPasswordFile cannot be read: " + e, e);
    }
  }
}
