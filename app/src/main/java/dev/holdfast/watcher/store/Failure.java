package dev.holdfast.watcher.store;

import java.sql.SQLException;

/** A kind of failure of the database (PostgreSQL, Appendix A, "PostgreSQL Error Codes"). */
enum Failure {
  /** The database is not there, or not able: the same rows may go through later. */
  OF_DATABASE,
  /** It refuses these rows, whenever they come. */
  OF_ROWS;

  /** Returns the kind: class 22 is data, class 23 integrity, which a missing partition is too. */
  static Failure of(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.startsWith("22") || state.startsWith("23") ? OF_ROWS : OF_DATABASE;
  }
}
