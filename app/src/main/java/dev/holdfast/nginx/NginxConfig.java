package dev.holdfast.nginx;

import dev.holdfast.bounds.Bounds;
import dev.holdfast.names.Ring;
import dev.holdfast.service.NginxPart;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The settings that differ from one nginx in front of the sidecars to the next. {@link NginxFiles}
 * adds the files that are the same for all.
 *
 * <p>The constructor throws an {@link IllegalArgumentException} for a value out of its range or a
 * path that nginx's language cannot quote. The message begins with the name of the component.
 *
 * @param listen where nginx listens
 * @param sidecars the sidecars as {@code host:port}, in the order of the ring (see {@link Ring});
 *     nginx resolves their names once, at its start
 * @param published the directory of published files of one epoch: an absolute path, readable by the
 *     workers; it need not be there yet
 * @param logs where the logs go
 * @param workers the worker processes and their bounds
 * @param limits the bounds of a request
 * @param actionsComplete true if only a sidecar may answer for an action: it checks that every blob
 *     that the action names is there
 * @param parts the parts of the services that run in the sidecars, each name once
 */
public record NginxConfig(
    Listen listen,
    List<String> sidecars,
    Path published,
    Logs logs,
    Workers workers,
    Limits limits,
    boolean actionsComplete,
    List<NginxPart> parts) {

  /**
   * Where nginx listens.
   *
   * @param host the IPv4 address
   * @param port 1 to 65535
   */
  public record Listen(String host, int port) {
    public Listen {
      require(HOST.matcher(host).matches(), "host must be an IPv4 address, not " + host);
      Bounds.within("port", port, 1, 65_535);
    }

    /** Returns the address at which this machine reaches nginx, and from which it asks. */
    String localAddress() {
      return host.equals("0.0.0.0") ? "127.0.0.1" : host;
    }
  }

  /**
   * Where the logs go.
   *
   * @param accessLog an absolute path such as {@code /dev/stdout}
   * @param errorLog an absolute path, or {@code stderr}
   */
  public record Logs(Path accessLog, String errorLog) {
    /** The error log that is nginx's standard error. */
    public static final String STDERR = "stderr";

    public Logs {
      requirePath("accessLog", accessLog.toString());
      if (!errorLog.equals(STDERR)) {
        requirePath("errorLog", errorLog);
      }
    }
  }

  /**
   * nginx's processes and their bounds.
   *
   * <p>Connections and requests follow from the memory: each of them may fill all of its buffers.
   *
   * @param user the user that they run as (directive {@code user}), or empty to leave it as it is;
   *     nginx heeds it only when it is started as root
   * @param processes worker processes, 1 or more (directive {@code worker_processes}); one suits
   *     one core
   * @param memoryBytesMax the bound of a worker's resident memory, in bytes, {@link
   *     #MEMORY_BYTES_LEAST} to {@link #MEMORY_BYTES_MOST}
   */
  public record Workers(String user, int processes, long memoryBytesMax) {
    static final long MEMORY_BYTES_LEAST = 64L << 20;
    static final long MEMORY_BYTES_MOST = 4L << 30;

    public static final Workers DEFAULT = new Workers("", 1, 512L << 20);

    /** The memory of the process itself, with its configuration and its compiled patterns. */
    private static final long BASE_BYTES = 16L << 20;

    /**
     * The buffers of a connection. A request to a sidecar has two connections, so this is half of
     * the sum:
     *
     * <ul>
     *   <li>18 KiB of header as it came, and as much on its way out;
     *   <li>20 KiB of body;
     *   <li>40 KiB of answer;
     *   <li>16 KiB for all the rest.
     * </ul>
     *
     * A request that nginx answers alone has one connection, and less than that sum: its header, 64
     * KiB of a file (directive {@code output_buffers}), and the rest.
     */
    private static final long CONNECTION_BYTES = 56L << 10;

    /** Idle connections to sidecars (directive {@code keepalive}). */
    private static final int IDLE = 128;

    /** One in so many connections is for clients without a request in progress. */
    private static final int SPARE = 8;

    /** Published files that a worker keeps open (directive {@code open_file_cache}). */
    static final int KEPT_OPEN = 2048;

    private static final int OWN_FILES = 64;

    public Workers {
      require(USER.matcher(user).matches(), "user must be the name of a user, not " + user);
      Bounds.orMore("processes", processes, 1);
      Bounds.within("memoryBytesMax", memoryBytesMax, MEMORY_BYTES_LEAST, MEMORY_BYTES_MOST);
    }

    /** The same with another user. */
    public Workers withUser(String other) {
      return new Workers(other, processes, memoryBytesMax);
    }

    /**
     * Connections open at once in a worker, those to sidecars included (directive {@code
     * worker_connections}).
     */
    public int connectionsMax() {
      return Math.toIntExact((memoryBytesMax - BASE_BYTES) / CONNECTION_BYTES);
    }

    /**
     * Requests in progress at once in a worker (directive {@code limit_conn}). When all of them
     * have a connection to a sidecar, connections are left on which nginx refuses further requests.
     */
    public int requestsMax() {
      return (connectionsMax() - connectionsMax() / SPARE - IDLE) / 2;
    }

    /**
     * Files and connections open at once in a worker (directive {@code worker_rlimit_nofile}): a
     * file for each request, those that it keeps open, and a few of nginx's own.
     */
    public int filesMax() {
      return connectionsMax() + requestsMax() + KEPT_OPEN + OWN_FILES;
    }
  }

  /**
   * The bounds of a request.
   *
   * @param bodyBytesMax the largest body, in bytes, 1 or more; the same as the sidecars' own bound
   *     (directive {@code client_max_body_size})
   * @param connectTimeoutMs to connect to a sidecar, in milliseconds, 1 or more (directive {@code
   *     proxy_connect_timeout})
   * @param sendTimeoutMs between two writes to a sidecar, in milliseconds, 1 or more (directive
   *     {@code proxy_send_timeout})
   * @param readTimeoutMs between two reads from a sidecar, the wait for its answer included, in
   *     milliseconds, 1 or more (directive {@code proxy_read_timeout})
   */
  public record Limits(
      long bodyBytesMax, long connectTimeoutMs, long sendTimeoutMs, long readTimeoutMs) {
    public static final Limits DEFAULT = new Limits(1L << 30, 2_000, 300_000, 300_000);

    public Limits {
      Bounds.orMore("bodyBytesMax", bodyBytesMax, 1);
      Bounds.orMore("connectTimeoutMs", connectTimeoutMs, 1);
      Bounds.orMore("sendTimeoutMs", sendTimeoutMs, 1);
      Bounds.orMore("readTimeoutMs", readTimeoutMs, 1);
    }
  }

  private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|\\d{1,2})";
  private static final Pattern HOST = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
  private static final Pattern USER = Pattern.compile("[A-Za-z0-9_-]*");

  /**
   * The characters that end a quoted word of nginx's language or begin a variable. nginx cannot
   * escape {@code $}.
   */
  private static final Pattern NOT_QUOTABLE = Pattern.compile("[\"\\\\$\\p{Cntrl}]");

  public NginxConfig {
    sidecars = List.copyOf(sidecars);
    parts = List.copyOf(parts);
    Ring.require("sidecars", sidecars);
    require(
        parts.stream().map(NginxPart::name).distinct().count() == parts.size(),
        "parts must have a name each, not the same one twice");
    requirePath("published", published.toString());
  }

  /** Returns this configuration as nginx's files. */
  public NginxFiles files() {
    return NginxFiles.of(this);
  }

  private static void requirePath(String component, String path) {
    require(Path.of(path).isAbsolute(), component + " must be an absolute path, not " + path);
    require(
        !NOT_QUOTABLE.matcher(path).find(),
        component
            + " must be a path that nginx can quote, without quote, backslash, dollar and control"
            + " character, not "
            + path);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
