package dev.holdfast.service;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.http.HttpService;
import dev.holdfast.http.Pages;
import dev.holdfast.http.Ports;
import dev.holdfast.http.Readiness;
import dev.holdfast.metrics.Scrape;
import dev.holdfast.names.Owners;
import dev.holdfast.names.Ring;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One service in a process of its own: its port, {@code /health}, {@code /status} and {@code
 * /metrics}, and its end.
 *
 * <p>Threading: {@link #close} may be called from any thread, and more than once.
 */
public final class ServiceProcess implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ServiceProcess.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Service service;
  private final HttpService http;
  private final AtomicBoolean closed;

  private ServiceProcess(Service service, HttpService http, AtomicBoolean closed) {
    this.service = service;
    this.http = http;
    this.closed = closed;
  }

  /**
   * Starts a service; it accepts requests when this returns.
   *
   * @throws StartFailure if the port or the directory cannot be used, or the service does not
   *     start; nothing is left running then
   */
  public static ServiceProcess start(ProcessConfig config, Configured<?> configured)
      throws StartFailure {
    String name = configured.type().name();
    requirePort(config);
    Path directory = configured.directory(config.dataDir());
    var scrape = new Scrape();
    var closed = new AtomicBoolean();
    Service service = configured.start(context(config, directory, scrape, closed));
    boolean started = false;
    try {
      HttpService http =
          HttpService.start(
              config.host(),
              config.port(),
              config.http(),
              new WhileOpen(service, closed),
              scrape,
              service::answer,
              routes -> {
                Pages.add(routes, "/status", ctx -> answerStatus(ctx, name, service));
                service.addTo(routes);
              });
      started = true;
      log.info("{} is up on port {}, its data in {}", name, http.port(), directory);
      return new ServiceProcess(service, http, closed);
    } catch (IOException e) {
      throw new StartFailure.PortTaken(StartFailure.Listener.SERVICE, e);
    } finally {
      if (!started) {
        service.close();
      }
    }
  }

  /** A service is ready as long as it does not stop. */
  private record WhileOpen(Service service, AtomicBoolean closed) implements Readiness {
    @Override
    public boolean isReady() {
      return !closed.get() && service.isReady();
    }

    @Override
    public Optional<String> trouble() {
      return closed.get() ? Optional.empty() : service.trouble();
    }
  }

  /** Returns the port that it listens on, 1 to 65535. */
  public int port() {
    return http.port();
  }

  /** Stops: is not ready any more, lets requests in progress end, and closes the service. */
  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      try (service) {
        http.close();
      }
    }
  }

  private static ServiceContext context(
      ProcessConfig config, Path directory, Scrape scrape, AtomicBoolean closed) {
    String self = config.host() + ":" + config.port();
    return new ServiceContext(
        scrape.meters(),
        directory,
        List::of,
        Optional.empty(),
        new Owners(Ring.of(List.of(self)), self),
        () -> !closed.get(),
        new ServiceContext.Listener(config.host(), config.port()),
        config.dataDir());
  }

  private static void answerStatus(Context ctx, String name, Service service) throws IOException {
    var status = new LinkedHashMap<String, Object>();
    status.put("service", name);
    status.put("ready", service.isReady());
    status.putAll(service.status());
    ctx.header("Cache-Control", "no-store");
    Pages.answer(ctx, "application/json", JSON.writeValueAsBytes(status));
  }

  private static void requirePort(ProcessConfig config) throws StartFailure {
    try {
      Ports.requireFree(config.host(), config.port());
    } catch (IOException e) {
      throw new StartFailure.PortTaken(StartFailure.Listener.SERVICE, e);
    }
  }
}
