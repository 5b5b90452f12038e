package dev.holdfast.files.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.files.FilesConfig;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.files.ServiceFixture;
import dev.holdfast.http.HttpLimits;
import dev.holdfast.http.HttpService;
import dev.holdfast.metrics.Scrape;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads of a name that is known absent, which nginx passes on until there is a link. */
final class LinkedReadsTest {
  @TempDir Path directory;
  private final Queue<Thread> linking = new ConcurrentLinkedQueue<>();

  /** A change of a directory waits while the disk is forced, and other requests must not. */
  @Test
  void link_isMadeOnARoute_andNotWhereRequestsAreRead() throws Exception {
    try (var f = new ServiceFixture(directory, Mode.BEHIND)) {
      f.disk = disk();
      f.stopService();
      f.startService();
      var routes = new FileRoutes(f.files, new FileReads(f.files), _ -> true, FilesConfig.DEFAULT);
      try (var http =
              HttpService.start(
                  "127.0.0.1",
                  0,
                  HttpLimits.DEFAULT,
                  () -> true,
                  new Scrape(),
                  routes::answer,
                  routes::addTo);
          var client = HttpClient.newHttpClient()) {
        URI absent = URI.create("http://127.0.0.1:" + http.port() + "/api/fileserver/a");
        HttpRequest read =
            HttpRequest.newBuilder(absent)
                .header(Presentation.ACCEL_HEADER, "/_published/")
                .build();
        for (int i = 0; i < 4; i++) {
          HttpResponse<String> answer = client.send(read, BodyHandlers.ofString());
          assertThat(answer.statusCode()).isEqualTo(404);
          assertThat(linking).hasSize(i < 2 ? 0 : 1);
        }
        assertThat(linking).allMatch(Thread::isVirtual);
      }
    }
  }

  private Disk disk() {
    var real = new LocalDisk();
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("symbolicLink")) {
                linking.add(Thread.currentThread());
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
