package dev.holdfast.watcher.store;

import dev.holdfast.bounds.Bounds;

/**
 * How the database is reached.
 *
 * @param url such as {@code jdbc:postgresql://host:5432/watch}, without a password
 * @param user the user
 * @param password the password, or an empty text
 * @param connectionsMax the most connections at once, 2 or more: one writes results
 * @param connectTimeoutMs how long a connection may take, in ms, 1000 or more
 * @param answerTimeoutMs how long an answer of the database may take, in ms, 1000 or more. Later
 *     the connection is cut, and the statement may have happened or not
 * @param readyWaitMs how long a start waits for a database that is not ready, in ms, 0 or more
 */
public record DatabaseConfig(
    String url,
    String user,
    String password,
    int connectionsMax,
    int connectTimeoutMs,
    int answerTimeoutMs,
    int readyWaitMs) {

  public DatabaseConfig {
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException("url must begin with jdbc:postgresql:, not " + url);
    }
    Bounds.atLeast("connectionsMax", connectionsMax, 2);
    Bounds.atLeast("connectTimeoutMs", connectTimeoutMs, 1_000);
    Bounds.atLeast("answerTimeoutMs", answerTimeoutMs, 1_000);
    Bounds.orMore("readyWaitMs", readyWaitMs, 0);
  }

  /** Returns a configuration with the usual bounds. */
  public static DatabaseConfig of(String url, String user, String password) {
    return new DatabaseConfig(url, user, password, 4, 5_000, 10_000, 60_000);
  }

  /** Says nothing of the password, and nothing of the parameters, which may name secrets, too. */
  @Override
  public String toString() {
    return url.replaceAll("\\?.*", "") + " as " + user;
  }
}
