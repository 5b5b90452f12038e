package dev.holdfast.http;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/**
 * Hides {@code X-HTTP-Method-Override} from everything behind it. Javalin obeys it on any request:
 * a GET with it would run the handler of another method.
 */
final class StripMethodOverride implements HttpConfiguration.Customizer {
  private static final String HEADER = "X-HTTP-Method-Override";

  @Override
  public Request customize(Request request, HttpFields.Mutable responseHeaders) {
    if (!request.getHeaders().contains(HEADER)) {
      return request;
    }
    HttpFields stripped = HttpFields.build(request.getHeaders()).remove(HEADER).asImmutable();
    return new Request.Wrapper(request) {
      @Override
      public HttpFields getHeaders() {
        return stripped;
      }
    };
  }
}
