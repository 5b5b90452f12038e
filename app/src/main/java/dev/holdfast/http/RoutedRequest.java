package dev.holdfast.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.util.Optional;

/** A request that is on its route. Threading: for one thread at a time. */
record RoutedRequest(Context ctx) implements Exchange {
  @Override
  public String method() {
    return ctx.req().getMethod();
  }

  @Override
  public String path() {
    return ctx.req().getRequestURI();
  }

  @Override
  public long length() {
    return ctx.req().getContentLengthLong();
  }

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(ctx.header(name));
  }

  @Override
  public <T> void note(Class<T> type, T found) {
    ctx.req().setAttribute(type.getName(), found);
  }

  @Override
  public <T> Optional<T> noted(Class<T> type) {
    return Optional.ofNullable(ctx.req().getAttribute(type.getName())).map(type::cast);
  }

  @Override
  public Exchange write() {
    HttpService.isWrite(ctx);
    return this;
  }

  @Override
  public Exchange with(String header, String value) {
    ctx.header(header, value);
    return this;
  }

  @Override
  public Exchange with(FixedHeader header) {
    return with(header.field().getName(), header.field().getValue());
  }

  @Override
  public void answer(int status) {
    ctx.status(status);
    ctx.res().setContentType(null);
  }

  @Override
  public void answer(String contentType, byte[] body) throws IOException {
    Pages.answer(ctx, contentType, body);
  }

  @Override
  public void answer(Problem problem) {
    HttpService.answer(ctx, problem);
  }
}
