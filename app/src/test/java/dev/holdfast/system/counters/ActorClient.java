package dev.holdfast.system.counters;

import dev.holdfast.system.Api;
import dev.holdfast.testkit.RawHttp;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * An actor as its clients see it.
 *
 * @param id its number
 * @param host the address that it listens on
 */
record ActorClient(int id, String host, int port) {
  private Api api() {
    return new Api(URI.create("http://" + host + ":" + port));
  }

  /** Returns true if it takes requests. */
  boolean isUp() {
    try {
      return get("/health").status() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  RawResponse get(String target) throws IOException {
    return api().ask("GET", target);
  }

  /**
   * Posts a body.
   *
   * @throws ConnectException if nobody listens: then nothing was sent
   */
  RawResponse post(String target, String body, String... headers) throws IOException {
    var all = new ArrayList<>(List.of(headers));
    all.add("Content-Length: " + body.length());
    try (RawHttp http = api().connect()) {
      http.request("POST", target, all.toArray(String[]::new)).text(body);
      return http.finalResponse();
    }
  }
}
