package dev.holdfast.nginx;

import dev.holdfast.names.Ring;
import dev.holdfast.service.NginxPart;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Everything that differs from one nginx in front of the sidecars to the next. What they have in
 * common is the template, {@code nginx/nginx.conf.template}.
 *
 * <p>A value that is not as said here, or a path that nginx's language cannot quote, is an {@link
 * IllegalArgumentException} whose message begins with the name of the component.
 *
 * @param host the IPv4 address to listen on
 * @param port the port to listen on, 1 to 65535
 * @param sidecars the sidecars as {@code host:port}, in the order of the ring (see {@link Ring});
 *     nginx resolves their names once, at its start
 * @param published the directory of published files of one epoch: an absolute path, readable by
 *     {@code user}; it need not be there yet
 * @param accessLog where the access log goes: an absolute path such as {@code /dev/stdout}
 * @param errorLog where the error log goes: an absolute path, or {@code stderr}
 * @param user the user that workers run as (directive {@code user}), or empty to leave it as it is;
 *     nginx heeds it only when it is started as root
 * @param workers the worker processes and their bounds
 * @param limits the bounds of a request
 * @param actionsComplete whether only a sidecar may answer for an action, since it is to look
 *     whether all is there that the action names
 * @param parts the parts of the services that run in the sidecars
 */
public record NginxConfig(
    String host,
    int port,
    List<String> sidecars,
    Path published,
    Path accessLog,
    String errorLog,
    String user,
    Workers workers,
    Limits limits,
    boolean actionsComplete,
    List<NginxPart> parts) {

  /**
   * The bounds of nginx's processes.
   *
   * <p>Connections and requests follow from the memory: each of them may fill all of its buffers.
   *
   * @param processes worker processes, 1 or more (directive {@code worker_processes}); one suits
   *     one core
   * @param memoryBytesMax what a worker's resident memory stays below, in bytes, {@link
   *     #MEMORY_BYTES_LEAST} to {@link #MEMORY_BYTES_MOST}
   */
  public record Workers(int processes, long memoryBytesMax) {
    static final long MEMORY_BYTES_LEAST = 64L << 20;
    static final long MEMORY_BYTES_MOST = 4L << 30;

    public static final Workers DEFAULT = new Workers(1, 512L << 20);

    /** The process itself, with its configuration and the patterns that it has compiled. */
    private static final long BASE_BYTES = 16L << 20;

    /**
     * The buffers of a connection. A request to a sidecar has two connections, so it is half of: 18
     * KiB of header as it came and as much on its way out, 20 KiB of body, 40 KiB of answer, and 16
     * KiB for all the rest. A request that nginx answers alone has less than this.
     */
    private static final long CONNECTION_BYTES = 56L << 10;

    /** Idle connections to sidecars (directive {@code keepalive}). */
    private static final int IDLE = 128;

    /** One in so many connections is for clients that have no request in progress. */
    private static final int SPARE = 8;

    private static final int OWN_FILES = 64;

    public Workers {
      require(processes >= 1, "processes must be 1 or more, not " + processes);
      require(
          memoryBytesMax >= MEMORY_BYTES_LEAST && memoryBytesMax <= MEMORY_BYTES_MOST,
          "memoryBytesMax must be "
              + MEMORY_BYTES_LEAST
              + " to "
              + MEMORY_BYTES_MOST
              + ", not "
              + memoryBytesMax);
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
     * have a connection to a sidecar, connections are left, on which further requests are refused.
     */
    public int requestsMax() {
      return (connectionsMax() - connectionsMax() / SPARE - IDLE) / 2;
    }

    /**
     * Files and connections open at once in a worker (directive {@code worker_rlimit_nofile}): a
     * file for each request, and a few of nginx's own.
     */
    public int filesMax() {
      return connectionsMax() + requestsMax() + OWN_FILES;
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
      require(bodyBytesMax >= 1, "bodyBytesMax must be 1 or more, not " + bodyBytesMax);
      require(connectTimeoutMs >= 1, "connectTimeoutMs must be 1 or more");
      require(sendTimeoutMs >= 1, "sendTimeoutMs must be 1 or more");
      require(readTimeoutMs >= 1, "readTimeoutMs must be 1 or more");
    }
  }

  /**
   * A name with more encoded bytes is left to the sidecar, which lets nginx send the file all the
   * same.
   */
  private static final int ENCODED_BYTES_MAX = 12;

  /** What a path may have as it is and a plain name may not (RFC 3986, 3.3), but for slashes. */
  private static final String NOT_PLAIN = "!$&'()*+,:;=@~";

  /** What a file name may have. */
  private static final int STORED_BYTES_MAX = 255;

  /** UTF-8, byte by byte (RFC 3629, 4); what it has taken it does not give back. */
  private static final String UTF8 =
      "(?:[\\x00-\\x7f]"
          + "|[\\xc2-\\xdf][\\x80-\\xbf]"
          + "|\\xe0[\\xa0-\\xbf][\\x80-\\xbf]"
          + "|[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]{2}"
          + "|\\xed[\\x80-\\x9f][\\x80-\\xbf]"
          + "|\\xf0[\\x90-\\xbf][\\x80-\\xbf]{2}"
          + "|[\\xf1-\\xf3][\\x80-\\xbf]{3}"
          + "|\\xf4[\\x80-\\x8f][\\x80-\\xbf]{2})*+";

  /** What compose/start-nginx looks for. */
  private static final String ACTION_FILES =
      "        \"~^(?:GET|HEAD)  /ac/(?<digest>[0-9a-f]{64})(?:\\?[^#]*)?$\" ac-$digest;";

  private static final String NO_ACTION_FILES =
      "        # None: a sidecar looks whether all is there that the action names.";

  private static final String TEMPLATE = "/nginx/nginx.conf.template";
  private static final Pattern PLACEHOLDER = Pattern.compile("@\\{([^}]*)}");
  private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|\\d{1,2})";
  private static final Pattern HOST = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
  private static final Pattern USER = Pattern.compile("[A-Za-z0-9_-]*");

  /** What ends a quoted word of nginx's language or begins a variable; nginx cannot escape $. */
  private static final Pattern NOT_QUOTABLE = Pattern.compile("[\"\\\\$\\p{Cntrl}]");

  public NginxConfig {
    sidecars = List.copyOf(sidecars);
    parts = List.copyOf(parts);
    require(HOST.matcher(host).matches(), "host must be an IPv4 address, not " + host);
    require(port >= 1 && port <= 65_535, "port must be 1 to 65535, not " + port);
    Ring.require("sidecars", sidecars);
    requirePath("published", published.toString());
    requirePath("accessLog", accessLog.toString());
    if (!errorLog.equals("stderr")) {
      requirePath("errorLog", errorLog);
    }
    require(USER.matcher(user).matches(), "user must be the name of a user, not " + user);
  }

  /**
   * The whole configuration, for {@code nginx -c}. Its relative paths are relative to {@code -p}.
   */
  public String render() {
    return fill(
        template(),
        Map.ofEntries(
            Map.entry("user", user.isEmpty() ? "" : "user " + user + ";"),
            Map.entry("error_log", quoted(errorLog)),
            Map.entry("access_log", quoted(accessLog.toString())),
            Map.entry("worker_processes", Integer.toString(workers.processes)),
            Map.entry("worker_connections", Integer.toString(workers.connectionsMax())),
            Map.entry("worker_files_max", Integer.toString(workers.filesMax())),
            Map.entry("requests_max", Integer.toString(workers.requestsMax())),
            Map.entry("host", host),
            Map.entry("port", Integer.toString(port)),
            Map.entry("servers", servers()),
            Map.entry("utf_bytes", UTF8),
            Map.entry("encoded_names", encodedNames() + "\n" + unencodedNames()),
            Map.entry("services_http", joined(NginxPart::http)),
            Map.entry("services_locations", joined(NginxPart::locations)),
            Map.entry("services_methods", joined(NginxPart::methods)),
            Map.entry("action_files", actionsComplete ? NO_ACTION_FILES : ACTION_FILES),
            Map.entry("published", quoted(published.toString())),
            Map.entry("published_slash", quoted(published + "/")),
            Map.entry("body_bytes_max", Long.toString(limits.bodyBytesMax)),
            Map.entry("connect_timeout_ms", Long.toString(limits.connectTimeoutMs)),
            Map.entry("send_timeout_ms", Long.toString(limits.sendTimeoutMs)),
            Map.entry("read_timeout_ms", Long.toString(limits.readTimeoutMs))));
  }

  /**
   * Replaces every {@code @{name}} by its value.
   *
   * @throws IllegalArgumentException if a name has no value, or a value is not used
   */
  static String fill(String template, Map<String, String> values) {
    var unused = new TreeSet<>(values.keySet());
    var filled =
        PLACEHOLDER
            .matcher(template)
            .replaceAll(
                match -> {
                  var name = match.group(1);
                  require(values.containsKey(name), "no value for @{" + name + "}");
                  unused.remove(name);
                  return Matcher.quoteReplacement(values.get(name));
                });
    require(unused.isEmpty(), "the template has no place for " + unused);
    return filled;
  }

  private String joined(Function<NginxPart, String> kind) {
    return parts.stream()
        .map(kind)
        .map(text -> text.replace("@{requests_max}", Integer.toString(workers.requestsMax())))
        .collect(Collectors.joining("\n"));
  }

  private String servers() {
    return sidecars.stream()
        .map(sidecar -> "        server " + sidecar + " max_fails=0;")
        .collect(Collectors.joining("\n"));
  }

  /**
   * For each number of encoded bytes a pattern of the target and the stored form that it gives. A
   * plain byte that is encoded gives what no name is stored as, and so no file.
   */
  private static String encodedNames() {
    return IntStream.rangeClosed(1, ENCODED_BYTES_MAX)
        .mapToObj(NginxConfig::encodedName)
        .collect(Collectors.joining("\n"));
  }

  private static String encodedName(int encodedBytes) {
    var target = new StringBuilder(plainBytes(0));
    var stored = new StringBuilder("~$plain0");
    for (int i = 1; i <= encodedBytes; i++) {
      target.append("%(?<hex").append(i).append(">[0-9A-F]{2})").append(plainBytes(i));
      stored.append("~$hex").append(i).append("$plain").append(i);
    }
    return name(STORED_BYTES_MAX - 1, target, stored);
  }

  /** The same for one byte that is neither plain nor encoded, and for a pair of parentheses. */
  private static String unencodedNames() {
    return Stream.concat(NOT_PLAIN.chars().mapToObj(Character::toString), Stream.of("()"))
        .map(NginxConfig::unencodedName)
        .collect(Collectors.joining("\n"));
  }

  private static String unencodedName(String notPlain) {
    var target = new StringBuilder(plainBytes(0));
    var stored = new StringBuilder("~$plain0");
    for (int i = 1; i <= notPlain.length(); i++) {
      char c = notPlain.charAt(i - 1);
      target.append('[').append(c).append(']').append(plainBytes(i));
      stored.append("~%02X$plain%d".formatted((int) c, i));
    }
    return name(STORED_BYTES_MAX - 1 - 2 * notPlain.length(), target, stored);
  }

  private static String name(int targetBytesMax, CharSequence target, CharSequence stored) {
    return "        \"~^(?:GET|HEAD)  /api/fileserver/(?=[^?]{1,%d}(?:\\?|$))%s(?:\\?[^#]*)?$\" %s;"
        .formatted(targetBytesMax, target, stored);
  }

  private static String plainBytes(int number) {
    return "(?<plain" + number + ">[A-Za-z0-9._-]*)";
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

  private static String quoted(String path) {
    return '"' + path + '"';
  }

  private static String template() {
    try (InputStream in = NginxConfig.class.getResourceAsStream(TEMPLATE)) {
      if (in == null) {
        throw new IllegalStateException(TEMPLATE + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + TEMPLATE, e);
    }
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
