package dev.holdfast.fileserver;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** A file that cannot be opened; the message is the one that Go gives. */
final class OpenFailure extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param reason as errno is spelt, in small letters
   */
  OpenFailure(String path, String reason) {
    super("open " + path + ": " + reason);
  }

  OpenFailure(String path, FileSystemException cause) {
    this(path, reason(cause));
    initCause(cause);
  }

  /** Returns Go's words for a failure with a file. */
  static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException none -> "no such file or directory";
      case AccessDeniedException denied -> "permission denied";
      case FileSystemException other when other.getReason() != null -> small(other.getReason());
      default -> small(String.valueOf(e.getMessage()));
    };
  }

  private static String small(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
