package dev.holdfast.posix;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An error number of the operating system (errno(3)). The JDK keeps only the text of an error, in
 * the language of the process. So this asks the system for the text, by strerror(3).
 *
 * <p>Threading: may be used from any number of threads.
 */
public enum Errno {
  /** The disk is full, or it has no inode left. */
  ENOSPC("No space left", 28, 28),

  /** The disk has room, but not for this user. */
  EDQUOT("quota exceeded", 122, 69),

  /** Nobody listens where a connection was to go. */
  ECONNREFUSED("Connection refused", 111, 61),

  /** The other side ended the connection at once. */
  ECONNRESET("Connection reset", 104, 54),

  /** The process has no file descriptor left. */
  EMFILE("Too many open files", 24, 24),

  /** The machine has none left. */
  ENFILE("Too many open files in system", 23, 23),

  /** No port is left for a connection to this address. */
  EADDRNOTAVAIL("Cannot assign requested address", 99, 49),

  /** The machine has no way to the address. */
  ENETUNREACH("Network is unreachable", 101, 51),

  /** The machine's network is down. */
  ENETDOWN("Network is down", 100, 50),

  /** A router says that it does not reach the address. */
  EHOSTUNREACH("No route to host", 113, 65),

  /** The kernel has no memory for the network. */
  ENOBUFS("No buffer space available", 105, 55),

  /** The kernel has no memory. */
  ENOMEM("Cannot allocate memory", 12, 12);

  private static final int TEXT_BYTES_MAX = 1024;

  private final String english;
  private final int onLinux;
  private final int onMac;

  Errno(String english, int onLinux, int onMac) {
    this.english = english;
    this.onLinux = onLinux;
    this.onMac = onMac;
  }

  /** Returns true if this error is anywhere in the causes of a failure. */
  public boolean isIn(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (message.contains(english) || message.contains(Texts.of(this))) {
        return true;
      }
    }
    return false;
  }

  /** The texts in the language of the process. The first failure asks for them. */
  private static final class Texts {
    private static final Map<Errno, String> ALL = all();

    private Texts() {}

    static String of(Errno error) {
      return ALL.getOrDefault(error, error.english);
    }

    private static Map<Errno, String> all() {
      var all = new EnumMap<Errno, String>(Errno.class);
      for (Errno error : values()) {
        asked(error).ifPresent(text -> all.put(error, text));
      }
      return all;
    }

    @SuppressWarnings("restricted") // the text ends with a zero byte
    private static Optional<String> asked(Errno error) {
      try {
        Linker linker = Linker.nativeLinker();
        MethodHandle strerror =
            linker.downcallHandle(
                linker.defaultLookup().find("strerror").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        var text = (MemorySegment) strerror.invokeExact(error.number());
        return Optional.of(text.reinterpret(TEXT_BYTES_MAX).getString(0, Charset.defaultCharset()));
      } catch (Throwable e) { // a method handle declares it
        return Optional.empty();
      }
    }
  }

  private int number() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac")
        ? onMac
        : onLinux;
  }
}
