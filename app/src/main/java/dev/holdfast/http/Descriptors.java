package dev.holdfast.http;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;
import org.eclipse.jetty.http.HttpMethod;

/** File descriptors, of which a process has only so many: EMFILE and ENFILE of open(2). */
final class Descriptors {
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

  /** The answer to a request that failed so; a write may have got anywhere by then. */
  static Problem problem(String method) {
    boolean isRead = HttpMethod.GET.is(method) || HttpMethod.HEAD.is(method);
    return Problem.unavailable(
        "too many files and connections are open here; try again in a moment"
            + (isRead ? "" : "; whether anything was changed is not known"),
        1);
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
