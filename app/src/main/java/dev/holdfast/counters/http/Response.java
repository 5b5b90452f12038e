package dev.holdfast.counters.http;

import dev.holdfast.http.Exchange;
import dev.holdfast.http.FixedHeader;
import dev.holdfast.http.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer that is ready to be sent, on whichever way its request is. */
sealed interface Response {
  /** Sends it. */
  void sendTo(Exchange exchange) throws IOException;

  /** Returns a short text. */
  static Ok text(String text) {
    return new Ok("text/plain;charset=utf-8", text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  /** Returns an object of JSON. */
  static Ok json(byte[] json) {
    return new Ok("application/json", json, Map.of());
  }

  /** 200. */
  final class Ok implements Response {
    private static final FixedHeader NO_STORE = new FixedHeader("Cache-Control", "no-store");

    private final String type;
    private final byte[] body;
    private final Map<String, String> headers;

    private Ok(String type, byte[] body, Map<String, String> headers) {
      this.type = type;
      this.body = body;
      this.headers = headers;
    }

    /** Returns the same with one more header. */
    Ok with(String header, String value) {
      var more = new LinkedHashMap<>(headers);
      more.put(header, value);
      return new Ok(type, body, more);
    }

    @Override
    public void sendTo(Exchange exchange) throws IOException {
      headers.forEach(exchange::with);
      exchange.with(NO_STORE).answer(type, body);
    }
  }

  /** An error. */
  record Failed(Problem problem) implements Response {
    @Override
    public void sendTo(Exchange exchange) {
      exchange.answer(problem);
    }
  }
}
