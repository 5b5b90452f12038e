package dev.holdfast.bench;

import dev.holdfast.testkit.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A candidate for the place in front of the file servers. */
enum Candidate {
  BARE("file servers alone", false) {
    @Override
    Front start(Ground ground, List<String> options) {
      return new Front(ground.originUrls(), List.of());
    }
  },

  PLAIN("nginx root", false) {
    @Override
    Front start(Ground ground, List<String> options) throws IOException, InterruptedException {
      int port = FreePorts.one();
      String config = Template.render("plain.conf.template", ground.nginxValues(port));
      return front(port, ground.nginx("plain", config, port));
    }
  },

  PROXY_CACHE("nginx proxy_cache", true) {
    @Override
    Front start(Ground ground, List<String> options) throws IOException, InterruptedException {
      int port = FreePorts.one();
      String config = Template.render("proxy-cache.conf.template", ground.nginxValues(port));
      return front(port, ground.nginx("proxy-cache", config, port));
    }
  },

  /**
   * Varnish without a log: it keeps the log in shared memory unless another process writes it down.
   */
  VARNISH("Varnish", true) {
    @Override
    Front start(Ground ground, List<String> options) throws IOException, InterruptedException {
      return front(varnish(ground));
    }
  },

  /** Varnish with the process that writes its log to a file, as the others do. */
  VARNISH_LOGGING("Varnish, logging", true) {
    @Override
    Front start(Ground ground, List<String> options) throws IOException, InterruptedException {
      Started varnish = varnish(ground);
      Process log =
          ground
              .children()
              .start(
                  ground.cores().servers(),
                  ground.directory(),
                  Map.of(),
                  ground.directory().resolve("varnishncsa.log"),
                  List.of("varnishncsa", "-n", workDir(ground), "-w", "access.log", "-F", LOG));
      return new Front(
          List.of("http://" + Ground.LOOPBACK + ":" + varnish.port), List.of(varnish.process, log));
    }
  },

  HOLDFAST("Holdfast", true) {
    @Override
    Front start(Ground ground, List<String> options) throws IOException, InterruptedException {
      return HoldfastStack.start(ground, options).front();
    }
  };

  /** The fields of the log: those of the sidecars' nginx, as far as Varnish has them. */
  private static final String LOG =
      "{\"time\":\"%{%Y-%m-%dT%H:%M:%S%z}t\",\"method\":\"%m\",\"uri\":\"%U\",\"status\":%s,"
          + "\"bytes_sent\":%O,\"request_time_us\":%D,\"request_id\":\"%{Varnish:vxid}x\","
          + "\"served_by\":\"%{Varnish:handling}x\"}";

  private final String title;
  private final boolean caching;

  Candidate(String title, boolean caching) {
    this.title = title;
    this.caching = caching;
  }

  /** Starts the candidate, and returns when it answers. */
  abstract Front start(Ground ground, List<String> options)
      throws IOException, InterruptedException;

  String title() {
    return title;
  }

  /** Returns true if it keeps files itself. It fetches a file at the first request. */
  boolean caches() {
    return caching;
  }

  /**
   * Returns how many answers 429 in a row are no error: the request is sent again. A file server
   * refuses requests while as many as it takes are in flight, and a load that has ended leaves that
   * many behind. A front must not pass these refusals on.
   */
  int refusalsMax() {
    return this == BARE ? 10 : 0;
  }

  private record Started(int port, Process process) {}

  private static Front front(Started started) {
    return front(started.port, started.process);
  }

  private static Front front(int port, Process process) {
    return new Front(List.of("http://" + Ground.LOOPBACK + ":" + port), List.of(process));
  }

  private static String workDir(Ground ground) {
    return ground.directory().resolve("varnish").toString();
  }

  private static Started varnish(Ground ground) throws IOException, InterruptedException {
    int port = FreePorts.one();
    List<Integer> origins = ground.origins();
    String backends =
        origins.stream()
            .map(
                origin ->
                    "backend o%1$d { .host = \"127.0.0.1\"; .port = \"%1$d\"; .first_byte_timeout = 60s; }"
                        .formatted(origin))
            .collect(Collectors.joining("\n"));
    String members =
        IntStream.range(0, origins.size())
            .mapToObj(i -> "    origins.add_backend(o" + origins.get(i) + ", 1.0);")
            .collect(Collectors.joining("\n"));
    Path vcl = ground.directory().resolve("varnish.vcl");
    Files.writeString(
        vcl,
        Template.render("varnish.vcl.template", Map.of("backends", backends, "members", members)));
    var command = new ArrayList<>(List.of("varnishd", "-F", "-n", workDir(ground)));
    command.addAll(List.of("-a", Ground.LOOPBACK + ":" + port, "-f", vcl.toString()));
    command.addAll(List.of("-s", "malloc,2g", "-j", "none"));
    return new Started(port, ground.server("varnishd", port, command));
  }
}
