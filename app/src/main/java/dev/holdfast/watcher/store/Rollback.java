package dev.holdfast.watcher.store;

import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rolls back after a failure that the caller hears of. */
final class Rollback {
  private static final Logger log = LoggerFactory.getLogger(Rollback.class);

  private Rollback() {}

  /** Rolls back. If that fails too, the server rolls back when the connection is cut. */
  static void quietly(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      log.debug("a transaction could not be rolled back", e);
    }
  }
}
