package dev.holdfast.nginx;

import dev.holdfast.service.NginxPart;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * nginx's configuration as files: {@code nginx.conf} and the files that it includes. Most of the
 * text is the same everywhere and comes unchanged from the project's directory {@code nginx}. This
 * class makes the small rest, one file for each subject.
 */
public final class NginxFiles {
  /** The file for {@code nginx -c}. */
  static final String MAIN = "nginx.conf";

  /** The files that are the same everywhere, without those of the services. */
  private static final List<String> SAME_EVERYWHERE =
      List.of(
          MAIN,
          "names.conf",
          "name-bytes.conf",
          "file-headers.conf",
          "blob-headers.conf",
          "log-format.conf");

  private static final String SERVICES = "services/";
  private static final Pattern INCLUDE = Pattern.compile("( *)include ([a-z0-9./-]+);");
  private static final Pattern ANY_INCLUDE = Pattern.compile("[^#\"']*(?<![^\\s{;])include\\s.*");

  private static final String ALL_ACTIONS =
      "\"~^(?:GET|HEAD)  /ac/(?<digest>[0-9a-f]{64})(?:\\?[^#]*)?$\" ac-$digest;\n";

  /**
   * The text that leaves actions to the sidecar, which checks that every blob of the action is
   * there.
   */
  private static final String NO_ACTIONS = "";

  private final SortedMap<String, String> files;

  private NginxFiles(SortedMap<String, String> files) {
    this.files = Collections.unmodifiableSortedMap(files);
  }

  static NginxFiles of(NginxConfig config) {
    var files = new TreeMap<String, String>();
    for (String name : SAME_EVERYWHERE) {
      files.put(name, resource(name));
    }
    files.put("process.conf", process(config));
    files.put(
        "listen.conf",
        "listen %s:%d default_server backlog=4096;\n"
            .formatted(config.listen().host(), config.listen().port()));
    files.put("ring.conf", ring(config));
    files.put("limits.conf", limits(config.limits()));
    files.put(
        "requests-max.conf", "limit_conn requests %d;\n".formatted(config.workers().requestsMax()));
    files.put("published.conf", "root %s;\n".formatted(quoted(config.published().toString())));
    files.put("published-alias.conf", "alias %s;\n".formatted(quoted(config.published() + "/")));
    files.put("proxy.conf", "");
    files.put("actions.conf", config.actionsComplete() ? NO_ACTIONS : ALL_ACTIONS);
    files.put(
        "log.conf",
        "access_log %s json buffer=64k flush=1s;\n"
            .formatted(quoted(config.logs().accessLog().toString())));
    putServices(files, "http", config.parts(), NginxPart::http);
    putServices(files, "locations", config.parts(), NginxPart::locations);
    putServices(files, "methods", config.parts(), NginxPart::methods);
    return new NginxFiles(files);
  }

  /**
   * Returns the text of each file by its path, which is relative to the directory of {@link #MAIN}.
   */
  SortedMap<String, String> byPath() {
    return files;
  }

  /**
   * Writes the files into a directory. Other files there stay, and nginx does not include them.
   *
   * @param directory made if it is missing
   */
  public void writeTo(Path directory) throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = directory.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
  }

  /**
   * Returns the same configuration as one file, with each file in the place where it is included.
   */
  public String inOne() {
    var text = new StringBuilder();
    expand(MAIN, "", text);
    return text.toString();
  }

  private void expand(String path, String indent, StringBuilder into) {
    require(files.containsKey(path), "no file " + path);
    for (String line : files.get(path).lines().toList()) {
      Matcher include = INCLUDE.matcher(line);
      if (include.matches()) {
        expand(include.group(2), indent + include.group(1), into);
      } else {
        require(!ANY_INCLUDE.matcher(line).matches(), "not alone on its line: " + line);
        into.append(line.isEmpty() ? "" : indent + line).append('\n');
      }
    }
  }

  private static String process(NginxConfig config) {
    NginxConfig.Workers workers = config.workers();
    String user = workers.user().isEmpty() ? "" : "user " + workers.user() + ";\n";
    return user
        + """
        error_log %s warn;
        worker_processes %d;
        worker_rlimit_nofile %d;
        events {
            worker_connections %d;
        }
        """
            .formatted(
                quoted(config.logs().errorLog()),
                workers.processes(),
                workers.filesMax(),
                workers.connectionsMax());
  }

  private static String ring(NginxConfig config) {
    return config.sidecars().stream()
        .map("server %s max_fails=0;\n"::formatted)
        .collect(Collectors.joining());
  }

  private static String limits(NginxConfig.Limits limits) {
    return """
    client_max_body_size %1$d;
    map "" $body_bytes_max {
        default %1$d;
    }
    proxy_connect_timeout %2$dms;
    proxy_send_timeout %3$dms;
    proxy_read_timeout %4$dms;
    """
        .formatted(
            limits.bodyBytesMax(),
            limits.connectTimeoutMs(),
            limits.sendTimeoutMs(),
            limits.readTimeoutMs());
  }

  /** One file for each service that has a text of a kind, and one that includes them all. */
  private static void putServices(
      SortedMap<String, String> files,
      String kind,
      List<NginxPart> parts,
      Function<NginxPart, String> text) {
    var all = new StringBuilder();
    for (NginxPart part : parts) {
      if (!text.apply(part).isEmpty()) {
        String path = SERVICES + part.name() + "/" + kind + ".conf";
        files.put(path, text.apply(part).stripTrailing() + "\n");
        all.append("include ").append(path).append(";\n");
      }
    }
    files.put(SERVICES + kind + ".conf", all.toString());
  }

  private static String quoted(String path) {
    return '"' + path + '"';
  }

  private static String resource(String name) {
    String path = "/nginx/" + name;
    try (InputStream in = NginxFiles.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException(path + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalStateException(message);
    }
  }
}
