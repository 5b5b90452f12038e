package dev.holdfast.http;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/** File descriptors, of which a process has only so many: EMFILE and ENFILE of open(2). */
final class Descriptors {
  /** The answer to a request that failed so; a write may have got anywhere by then. */
  static final Problem PROBLEM =
      Problem.unavailable("too many files and connections are open here; try again in a moment", 1)
          .with(Effect.UNKNOWN);

  private Descriptors() {}

  /** Whether something failed for want of a file descriptor. */
  static boolean areShort(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains("Too many open files")) {
        return true;
      }
    }
    return false;
  }

  /** So many connections, or as many as leave half of the descriptors to files. */
  static int connectionsMax(int wanted) {
    try {
      // By its name: the type that has it is not of every JDK.
      Object most =
          ManagementFactory.getPlatformMBeanServer()
              .getAttribute(
                  new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME),
                  "MaxFileDescriptorCount");
      return most instanceof Long count ? Math.clamp(count / 2, 1, wanted) : wanted;
    } catch (JMException unknown) {
      return wanted;
    }
  }
}
