package dev.holdfast.watcher.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says who holds an advisory lock of the database, so that people can end it. */
final class LockHolders {
  /** A lock with one number has it in two halves (PostgreSQL, pg_locks). */
  private static final String SELECT =
      "SELECT a.pid, a.application_name, host(a.client_addr), a.client_port,"
          + " extract(epoch FROM clock_timestamp() - a.xact_start)::bigint"
          + " FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
          + " JOIN pg_stat_activity a ON a.pid = l.pid"
          + " WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()"
          + " AND l.classid::bigint = ? AND l.objid::bigint = ? AND l.objsubid = 1"
          + " AND l.pid <> pg_backend_pid() ORDER BY a.xact_start";

  private LockHolders() {}

  /** Returns who holds a lock and how to end it, one sentence for each, the longest one first. */
  static String of(Statement statement, long lock) throws SQLException {
    List<String> holders = new ArrayList<>();
    try (PreparedStatement select = statement.getConnection().prepareStatement(SELECT)) {
      select.setLong(1, lock >>> Integer.SIZE);
      select.setLong(2, lock & 0xffff_ffffL);
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          holders.add(sentence(found));
        }
      }
    }
    return holders.isEmpty() ? "Nobody holds the lock now" : String.join(". ", holders);
  }

  private static String sentence(ResultSet holder) throws SQLException {
    int process = holder.getInt(1);
    String client = holder.getString(3);
    // PostgreSQL shows neither address nor time of other users' connections.
    String where = client == null ? "" : " from " + client + " port " + holder.getInt(4);
    String name = Optional.ofNullable(holder.getString(2)).filter(it -> !it.isBlank()).orElse("?");
    return "The lock is held by "
        + name
        + where
        + age(holder)
        + ": end that process if it hangs, or its connection, by SELECT pg_terminate_backend("
        + process
        + ")";
  }

  private static String age(ResultSet holder) throws SQLException {
    long seconds = holder.getLong(5);
    return holder.wasNull() ? "" : ", in a transaction of " + seconds + " s";
  }
}
