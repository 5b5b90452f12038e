package dev.holdfast.service;

/**
 * The reason why something did not start. The message is one line for the person who started it. It
 * names no option, since only a command knows its options.
 */
public abstract sealed class StartFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private StartFailure(String reason, Throwable cause) {
    super(String.join(" ", String.valueOf(reason).lines().toList()), cause);
  }

  /** A part that listens on a port. */
  public enum Listener {
    /** A service that runs alone, in the foreground. */
    SERVICE,
    NGINX,
    SIDECAR,
    FILE_SERVER,
    SCOREBOARD
  }

  /** A port is taken, or its address is not of this machine. */
  public static final class PortTaken extends StartFailure {
    private static final long serialVersionUID = 1L;
    private final Listener listener;

    public PortTaken(Listener listener, Exception cause) {
      super(cause.getMessage(), cause);
      this.listener = listener;
    }

    /** Returns the part that could not listen. */
    public Listener listener() {
      return listener;
    }
  }

  /** The data directory cannot be made, read, written or locked, or is of a newer version. */
  public static final class DirectoryUnusable extends StartFailure {
    private static final long serialVersionUID = 1L;

    public DirectoryUnusable(String reason, Throwable cause) {
      super(reason, cause);
    }
  }

  /** The program nginx is missing, or it does not start. */
  public static final class NginxUnusable extends StartFailure {
    private static final long serialVersionUID = 1L;

    public NginxUnusable(Exception cause) {
      super(cause.getMessage(), cause);
    }
  }

  /**
   * Neither the kernel nor the environment names the boot, or the name cannot be part of a
   * directory's name.
   */
  public static final class BootUnknown extends StartFailure {
    private static final long serialVersionUID = 1L;

    public BootUnknown(String reason, Throwable cause) {
      super(reason, cause);
    }
  }

  /** A setting is not as it must be. The message begins with the name of the component. */
  public static final class BadSetting extends StartFailure {
    private static final long serialVersionUID = 1L;

    public BadSetting(IllegalArgumentException cause) {
      super(cause.getMessage(), cause);
    }
  }
}
