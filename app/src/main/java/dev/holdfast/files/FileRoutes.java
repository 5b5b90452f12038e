package dev.holdfast.files;

import dev.holdfast.http.HttpService;
import dev.holdfast.http.Problem;
import dev.holdfast.staging.NoRoomException;
import dev.holdfast.staging.Spool;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The file service over HTTP. Status codes are decided here.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class FileRoutes {
  /** The path that every file is below. */
  public static final String PATH = "/api/fileserver/";

  /**
   * The request header by which nginx offers to send files: its value is the prefix of the internal
   * location. Without it the sidecar sends the file itself.
   */
  public static final String ACCEL_HEADER = "X-Holdfast-Accel";

  /** The response header that tells nginx's log who answered: {@code sidecar} or {@code origin}. */
  public static final String SERVED_HEADER = "X-Holdfast-Served";

  private static final String ALLOW = "DELETE, GET, HEAD, OPTIONS, PUT";
  private static final int RETRY_AFTER_S = 1;
  private static final int BUFFER_BYTES = 16 * 1024;

  /** How often a file may be deleted and written anew between being found and being opened. */
  private static final int OPEN_ATTEMPTS = 10;

  private final FileService files;
  private final Predicate<Name> owns;
  private final long bodyBytesMax;

  /**
   * @param owns whether a name is this sidecar's
   * @param bodyBytesMax the longest body that a client may send, 0 or more
   */
  public FileRoutes(FileService files, Predicate<Name> owns, long bodyBytesMax) {
    this.files = files;
    this.owns = owns;
    this.bodyBytesMax = bodyBytesMax;
  }

  /** Adds the routes of the file service. */
  public void addTo(RoutesConfig routes) {
    for (String path : new String[] {"/api/fileserver", PATH, PATH + "<name>"}) {
      routes.get(path, this::get);
      routes.head(path, this::get);
      routes.put(path, this::put);
      routes.delete(path, this::delete);
      routes.options(path, FileRoutes::options);
    }
  }

  private void get(Context ctx) throws IOException, InterruptedException {
    Name name = name(ctx);
    Optional<Shelf.Opened> opened = Optional.empty();
    try (FileService.Hold _ = files.hold(name)) {
      for (int i = 0; i < OPEN_ATTEMPTS && opened.isEmpty(); i++) {
        ReadOutcome outcome = files.read(name);
        if (!(outcome instanceof ReadOutcome.Here here)) {
          answerWithout(ctx, outcome);
          return;
        }
        served(ctx, here.fromOrigin());
        if (redirect(ctx, name)) {
          return;
        }
        opened = files.open(name);
      }
    }
    if (opened.isEmpty()) {
      throw unavailable("the file changes faster than it can be read").asException();
    }
    try (InputStream bytes = opened.get().bytes()) {
      SendFile.send(ctx, opened.get().content(), bytes);
    }
  }

  /** Lets nginx send a published file, if it offers to; false if it does not. */
  private static boolean redirect(Context ctx, Name name) {
    String accel = ctx.header(ACCEL_HEADER);
    // nginx would hold a date against the modification time, which is no date here.
    if (accel == null || ctx.header("If-Unmodified-Since") != null) {
      return false;
    }
    // All else that describes the file is nginx's to say; it would say this too late.
    HttpService.contentType(ctx, SendFile.FILE_TYPE);
    ctx.header("X-Accel-Redirect", accel + name.stored());
    return true;
  }

  private void put(Context ctx) throws IOException, InterruptedException {
    Name name = name(ctx);
    if (ctx.header("Content-Range") != null) {
      throw Problem.of(400, "a file is put whole: Content-Range is not supported (RFC 9110, 14.5)")
          .asException();
    }
    long length = ctx.req().getContentLengthLong();
    if (length > bodyBytesMax) {
      throw tooLarge().asException();
    }
    Precondition precondition = Conditions.ofWrite(ctx);
    Spool body;
    try {
      body = files.spool(length);
    } catch (IOException e) {
      throw noRoom(e);
    }
    try {
      receive(ctx, body);
    } catch (IOException | RuntimeException e) {
      body.close();
      throw e;
    }
    answer(ctx, files.put(name, body, precondition));
  }

  private void delete(Context ctx) throws IOException, InterruptedException {
    Name name = name(ctx);
    answer(ctx, files.delete(name, Conditions.ofWrite(ctx)));
  }

  private static void options(Context ctx) {
    ctx.status(204).header("Allow", ALLOW);
    ctx.res().setContentType(null);
  }

  private Name name(Context ctx) {
    String path = ctx.req().getRequestURI();
    try {
      Name name = Name.parse(path.length() < PATH.length() ? "" : path.substring(PATH.length()));
      if (!owns.test(name)) {
        throw Problem.of(421, "this name belongs to another sidecar; ask through nginx")
            .asException();
      }
      return name;
    } catch (BadNameException e) {
      throw Problem.of(e.isTooLong() ? 414 : 400, e.getMessage()).asException();
    }
  }

  private void receive(Context ctx, Spool body) throws IOException {
    long length = ctx.req().getContentLengthLong();
    InputStream in = ctx.req().getInputStream();
    var buffer = new byte[Math.clamp(length < 0 ? BUFFER_BYTES : length, 1, BUFFER_BYTES)];
    for (int n = read(in, buffer); n >= 0; n = read(in, buffer)) {
      if (body.size() + n > bodyBytesMax) {
        throw tooLarge().asException();
      }
      try {
        body.write(buffer, 0, n);
      } catch (IOException e) {
        throw noRoom(e);
      }
    }
    if (length >= 0 && body.size() != length) {
      throw brokenOff().asException();
    }
  }

  /** A client that breaks off shows as an exception of either kind, depending on how it does so. */
  private static int read(InputStream in, byte[] buffer) {
    try {
      return in.read(buffer);
    } catch (IOException | RuntimeException e) {
      throw brokenOff().asException();
    }
  }

  private static void answer(Context ctx, Written written) {
    switch (written) {
      case Written.Done done -> {
        served(ctx, false);
        done.content().ifPresent(content -> ctx.header("ETag", content.etag()));
        ctx.status(done.content().isPresent() ? 201 : 200);
        ctx.res().setContentType(null);
      }
      case Written.Unmet _ ->
          throw Problem.of(412, "the file is not in the state that the request asks for")
              .asException();
      case Written.NoRoom noRoom -> throw unavailable(noRoom.detail()).asException();
      case Written.Unknowable unknowable -> answerWithout(ctx, unknowable.why());
      case Written.Unconfirmed unconfirmed ->
          throw unavailable(
                  unconfirmed.detail()
                      + (unconfirmed.mayTakeEffect()
                          ? "; the write is kept and may still take effect"
                          : "; nothing was changed"))
              .asException();
    }
  }

  private static void answerWithout(Context ctx, ReadOutcome outcome) {
    switch (outcome) {
      case ReadOutcome.Absent absent -> {
        served(ctx, absent.fromOrigin());
        HttpService.answer(ctx, Problem.of(404, "there is no file of this name"));
      }
      case ReadOutcome.Unavailable unavailable ->
          throw unavailable(unavailable.detail()).asException();
      case ReadOutcome.Nonsense nonsense -> throw Problem.of(502, nonsense.detail()).asException();
      case ReadOutcome.Here here ->
          throw new IllegalStateException("there is an answer: " + here.content());
    }
  }

  private static void served(Context ctx, boolean byOrigin) {
    ctx.header(SERVED_HEADER, byOrigin ? "origin" : "sidecar");
  }

  /** A 503 if there is no room; anything else goes on as it is. */
  private static RuntimeException noRoom(IOException e) throws IOException {
    if (NoRoomException.orAsItIs(e) instanceof NoRoomException noRoom) {
      return unavailable(noRoom.getMessage()).asException();
    }
    throw e;
  }

  private Problem tooLarge() {
    return Problem.of(413, "the body is longer than the limit of " + bodyBytesMax + " bytes");
  }

  private static Problem brokenOff() {
    return Problem.of(400, "the body ended before its announced length; nothing was changed")
        .with("Connection", "close");
  }

  private static Problem unavailable(String detail) {
    return Problem.unavailable(detail, RETRY_AFTER_S);
  }
}
