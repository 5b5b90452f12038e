package dev.holdfast.testkit;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which glibc a program needs. */
public final class Glibc {
  private static final String PREFIX = "GLIBC_";
  private static final Pattern VERSION = Pattern.compile("GLIBC_2\\.(\\d{1,3})(?:\\.\\d+)*");

  private Glibc() {}

  /**
   * Returns the versions that a file asks for and that this glibc does not have. A version that is
   * no number, as newer linkers make it, is one of them.
   *
   * @param minor 23 for glibc 2.23
   */
  public static List<String> missing(ElfFile file, int minor) {
    return file.versionsNeeded().stream()
        .filter(version -> version.startsWith(PREFIX) && !isIn(version, minor))
        .toList();
  }

  private static boolean isIn(String version, int minor) {
    Matcher matcher = VERSION.matcher(version);
    return matcher.matches() && Integer.parseInt(matcher.group(1)) <= minor;
  }
}
