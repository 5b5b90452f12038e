package dev.holdfast.staging;

import dev.holdfast.names.StoredName;
import java.util.Optional;

/**
 * The name of the file that holds one write on disk. It says all that recovery has to know: what
 * the write is, which version it has, and of which name it is.
 *
 * <p>A file name is a letter, the version in ten digits to the base 36, a hyphen, and the stored
 * name. A stored name that would make it longer than 255 bytes stands in a file of its own, {@link
 * #nameFile}, and {@code ~} stands for it, which is no stored name.
 *
 * @param version 0 to 36^10 - 1
 */
record EntryName(Kind kind, long version, StoredName name) {
  /** Stands for a stored name that is in a file of its own. */
  private static final String ELSEWHERE = "~";

  static final int FILE_NAME_MAX = 255;
  private static final int RADIX = 36;
  private static final int DIGITS = 10;
  private static final int PREFIX = 1 + DIGITS + 1;
  private static final char NAME_LETTER = 'n';
  private static final long VERSION_MAX = (long) Math.pow(RADIX, DIGITS) - 1;

  /** The kind of a write, and how far it has come. */
  enum Kind {
    PENDING_PUT('p'),
    /** A pending put whose file is not forced: without a record in the log it counts as nothing. */
    LOGGED_PUT('l'),
    PENDING_DELETE('d'),
    KEPT_PUT('k'),
    KEPT_DELETE('x');

    private final char letter;

    Kind(char letter) {
      this.letter = letter;
    }

    boolean isPut() {
      return this == PENDING_PUT || this == LOGGED_PUT || this == KEPT_PUT;
    }

    boolean isKept() {
      return this == KEPT_PUT || this == KEPT_DELETE;
    }

    /** The same write as one that the origin has confirmed, or that it has not. */
    Kind kept(boolean isKept) {
      if (isKept) {
        return isPut() ? KEPT_PUT : KEPT_DELETE;
      }
      return isPut() ? PENDING_PUT : PENDING_DELETE;
    }

    private static Optional<Kind> of(char letter) {
      for (Kind kind : values()) {
        if (kind.letter == letter) {
          return Optional.of(kind);
        }
      }
      return Optional.empty();
    }
  }

  EntryName {
    if (version < 0 || version > VERSION_MAX) {
      throw new IllegalArgumentException("version " + version);
    }
  }

  EntryName as(Kind other) {
    return new EntryName(other, version, name);
  }

  /** The name of the file. */
  String file() {
    return kind.letter + digits(version) + "-" + (isLong() ? ELSEWHERE : name);
  }

  /** Returns true if the stored name does not fit into the name of the file. */
  boolean isLong() {
    return PREFIX + name.length() > FILE_NAME_MAX;
  }

  /** The name of the file that holds a long stored name. */
  String nameFile() {
    return nameFile(version);
  }

  /** Returns true if this is the name of a file that holds a long stored name. */
  static boolean isNameFile(String file) {
    return file.length() == 1 + DIGITS && file.charAt(0) == NAME_LETTER;
  }

  /**
   * An entry as far as the name of its file says it.
   *
   * @param name empty if the stored name is in a file of its own
   */
  record Head(Kind kind, long version, Optional<StoredName> name) {
    /** The name of the file that holds a long stored name. */
    String nameFile() {
      return EntryName.nameFile(version);
    }

    /** The entry, of a name that stands elsewhere or not. */
    EntryName of(StoredName stored) {
      return new EntryName(kind, version, stored);
    }
  }

  /** Reads the name of a file. Returns empty if it is not one of an entry. */
  static Optional<Head> parse(String file) {
    if (file.length() <= PREFIX || file.charAt(PREFIX - 1) != '-') {
      return Optional.empty();
    }
    String digits = file.substring(1, 1 + DIGITS);
    if (!digits.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'))) {
      return Optional.empty();
    }
    String rest = file.substring(PREFIX);
    Optional<StoredName> name = StoredName.parse(rest);
    if (name.isEmpty() && !rest.equals(ELSEWHERE)) {
      return Optional.empty();
    }
    long version = Long.parseLong(digits, RADIX);
    return Kind.of(file.charAt(0)).map(kind -> new Head(kind, version, name));
  }

  private static String nameFile(long version) {
    return NAME_LETTER + digits(version);
  }

  private static String digits(long version) {
    String digits = Long.toString(version, RADIX);
    return "0".repeat(DIGITS - digits.length()) + digits;
  }
}
