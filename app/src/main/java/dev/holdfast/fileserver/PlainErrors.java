package dev.holdfast.fileserver;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Answers requests that Jetty refuses by itself, such as one with a malformed request line, as Go
 * does.
 */
final class PlainErrors extends ErrorHandler {
  PlainErrors() {
    setCacheControl(null);
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      String message,
      Throwable cause,
      Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Reply.TEXT);
    Content.Sink.write(response, true, code + " " + HttpStatus.getMessage(code), callback);
  }
}
