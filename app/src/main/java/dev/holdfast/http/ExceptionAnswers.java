package dev.holdfast.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import java.util.List;
import java.util.TreeSet;

/**
 * The answers to what handlers throw. A handler may have begun an answer before: see {@link
 * HttpService#answerInstead}. Javalin itself ends a request whose client has left (Jetty's {@code
 * EofException}), and asks no handler.
 */
final class ExceptionAnswers {
  private final ServerErrors errors;

  /**
   * @param errors gets the failures that nobody foresaw
   */
  ExceptionAnswers(ServerErrors errors) {
    this.errors = errors;
  }

  void addTo(RoutesConfig routes) {
    routes.exception(
        ProblemException.class, (e, ctx) -> HttpService.answerInstead(ctx, e.problem()));
    routes.exception(
        MethodNotAllowedResponse.class,
        (e, ctx) ->
            HttpService.answerInstead(
                ctx,
                Problem.of(405, "this resource does not know the method " + ctx.req().getMethod())
                    .with("Allow", allow(e))));
    routes.exception(
        HttpResponseException.class, (e, ctx) -> HttpService.answerInstead(ctx, ofJavalin(e)));
    routes.exception(Exception.class, this::unexpected);
  }

  private void unexpected(Exception e, Context ctx) {
    Problem problem = errors.unexpected(HttpService.method(ctx), HttpService.target(ctx), e);
    HttpService.sendInstead(ctx, problem);
  }

  private static Problem ofJavalin(HttpResponseException e) {
    return Problem.of(e.getStatus(), String.valueOf(e.getMessage()))
        .with(e.getStatus() < 500 ? Effect.NONE : Effect.UNKNOWN);
  }

  private static String allow(MethodNotAllowedResponse e) {
    var methods = new TreeSet<String>();
    for (String listed : e.getDetails().values()) {
      methods.addAll(List.of(listed.split("[,\\s]+")));
    }
    return String.join(", ", methods);
  }
}
