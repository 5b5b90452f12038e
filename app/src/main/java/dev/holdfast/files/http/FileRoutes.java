package dev.holdfast.files.http;

import dev.holdfast.files.FileService;
import dev.holdfast.files.FilesConfig;
import dev.holdfast.files.OpenedFile;
import dev.holdfast.files.QuickWrites;
import dev.holdfast.files.ReadOutcome;
import dev.holdfast.files.Upload;
import dev.holdfast.files.Written;
import dev.holdfast.http.Effect;
import dev.holdfast.http.HttpService;
import dev.holdfast.http.Misdirected;
import dev.holdfast.http.Pages;
import dev.holdfast.http.Problem;
import dev.holdfast.http.QuickRequest;
import dev.holdfast.http.RequestBody;
import dev.holdfast.names.BadNameException;
import dev.holdfast.names.Name;
import dev.holdfast.service.Service;
import dev.holdfast.staging.Content;
import dev.holdfast.staging.NoRoomException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The file service over HTTP. Status codes are decided here.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class FileRoutes implements Service {
  /** The path that every file is below. */
  public static final String PATH = Name.PATH;

  private static final List<String> GATED = List.of(PATH + "<name>");

  /**
   * The request header by which nginx offers to send files: its value is the prefix of the internal
   * location. Without it the sidecar sends the file itself.
   */
  public static final String ACCEL_HEADER = "X-Holdfast-Accel";

  /** The response header that tells nginx's log who answered: {@code sidecar} or {@code origin}. */
  public static final String SERVED_HEADER = "X-Holdfast-Served";

  private static final String ALLOW = "DELETE, GET, HEAD, OPTIONS, PUT";

  /** Whether there was a file or not. */
  private static final int DELETED = 200;

  private static final byte[] NOTHING = {};

  /** How often a file may be deleted and written anew between being found and being opened. */
  private static final int OPEN_ATTEMPTS = 10;

  private final FileService files;
  private final Predicate<Name> owns;
  private final long bodyBytesMax;
  private final int putExistingStatus;

  /**
   * @param owns whether a name is this sidecar's
   */
  public FileRoutes(FileService files, Predicate<Name> owns, FilesConfig config) {
    this.files = files;
    this.owns = owns;
    this.bodyBytesMax = config.bodyBytesMax();
    this.putExistingStatus = config.putExistingStatus();
  }

  @Override
  public List<String> gatedPaths() {
    return GATED;
  }

  /** Adds the routes of the file service. */
  @Override
  public void addTo(RoutesConfig routes) {
    for (String path : new String[] {"/api/fileserver", PATH, PATH + "<name>"}) {
      routes.get(path, this::get);
      routes.head(path, this::get);
      routes.put(path, this::put);
      routes.delete(path, this::delete);
      routes.options(path, ctx -> Pages.options(ctx, ALLOW));
    }
  }

  /**
   * Answers without waiting: a read where nginx is to send the file or there surely is none; a
   * short write behind without preconditions, once it is done. All else is for the routes.
   */
  @Override
  public boolean answer(QuickRequest request) {
    if (!request.path().startsWith(PATH)) {
      return false;
    }
    try {
      Name name = Name.parse(request.path().substring(PATH.length()));
      return owns.test(name)
          && switch (request.method()) {
            case "GET" -> answerRead(request, name);
            case "PUT" -> answerPut(request, name);
            case "DELETE" -> answerDelete(request, name);
            default -> false;
          };
    } catch (BadNameException | IOException e) {
      return false; // the route finds the same, and says it
    }
  }

  private boolean answerRead(QuickRequest request, Name name) throws IOException {
    Optional<String> offered = request.header(ACCEL_HEADER);
    return offered.isPresent()
        && request.header("If-Unmodified-Since").isEmpty()
        && answer(request, offered.get(), name, files.glance(name).orElse(null));
  }

  private boolean answerPut(QuickRequest request, Name name) {
    if (request.header("Content-Range").isPresent()
        || request.length() > bodyBytesMax
        || PutStatus.asksAlways(putExistingStatus)) {
      return false;
    }
    Optional<QuickWrites> writes = quickWrites(request, name);
    writes.ifPresent(w -> request.body(body -> w.put(name.stored(), body, reply(request))));
    return writes.isPresent();
  }

  private boolean answerDelete(QuickRequest request, Name name) {
    if (!files.mayDelete(name)) {
      return false;
    }
    Optional<QuickWrites> writes = quickWrites(request, name);
    writes.ifPresent(w -> w.delete(name.stored(), reply(request)));
    return writes.isPresent();
  }

  private Optional<QuickWrites> quickWrites(QuickRequest request, Name name) {
    boolean conditional =
        request.header("If-Match").isPresent() || request.header("If-None-Match").isPresent();
    return conditional ? Optional.empty() : files.quickWrites(name);
  }

  private static QuickWrites.Reply reply(QuickRequest request) {
    return new QuickWrites.Reply() {
      @Override
      public void written(Written written) {
        if (written instanceof Written.Done(Optional<Content> content)) {
          request.with(SERVED_HEADER, "sidecar");
          content.ifPresent(c -> request.with("ETag", c.etag()));
          request.answer(content.isPresent() ? FilesConfig.ALWAYS_CREATED : DELETED);
        } else {
          request.answer(refusal(written));
        }
      }

      @Override
      public void failed(Exception e) {
        request.fail(e);
      }
    };
  }

  private static boolean answer(
      QuickRequest request, String offered, Name name, ReadOutcome outcome) {
    if (outcome instanceof ReadOutcome.Here) {
      request
          .with(SERVED_HEADER, "sidecar")
          .with("X-Accel-Redirect", offered + name.stored())
          .answer(Description.FILE_TYPE, NOTHING);
    } else if (outcome instanceof ReadOutcome.Absent) {
      request.with(SERVED_HEADER, "sidecar").answer(refusal(outcome));
    } else {
      return false;
    }
    return true;
  }

  private void get(Context ctx) throws IOException, InterruptedException {
    read(ctx, name(ctx), Presentation.FILE);
  }

  /** Answers a read of a file that is this sidecar's. */
  public void read(Context ctx, Name name, Presentation as)
      throws IOException, InterruptedException {
    Optional<OpenedFile> opened = Optional.empty();
    try (Closeable _ = files.hold(name)) {
      for (int i = 0; i < OPEN_ATTEMPTS && opened.isEmpty(); i++) {
        ReadOutcome outcome = files.read(name);
        if (!(outcome instanceof ReadOutcome.Here here)) {
          answerWithout(ctx, outcome);
          return;
        }
        served(ctx, here.fromOrigin());
        Optional<String> offered = as.offered(ctx, here.content().size());
        if (offered.isPresent()) {
          // All else that describes the file is nginx's to say; it would say this too late.
          HttpService.contentType(ctx, Description.FILE_TYPE);
          ctx.header("X-Accel-Redirect", offered.get() + name.stored());
          return;
        }
        opened = files.open(name);
      }
    }
    if (opened.isEmpty()) {
      throw Problem.unavailable("the file changes faster than it can be read").asException();
    }
    Content content = opened.get().content();
    try (InputStream bytes = opened.get().bytes()) {
      as.send(ctx, content.etag(), content.size(), bytes);
    }
  }

  private void put(Context ctx) throws IOException, InterruptedException {
    Name name = name(ctx);
    if (ctx.header("Content-Range") != null) {
      throw Problem.of(400, "a file is put whole: Content-Range is not supported (RFC 9110, 14.5)")
          .asException();
    }
    RequestBody.requireAtMost(ctx, bodyBytesMax);
    long length = ctx.req().getContentLengthLong();
    PutStatus status = putStatus(ctx);
    Upload body;
    try {
      body = files.upload(name, length);
    } catch (IOException e) {
      throw noRoom(e);
    }
    try {
      RequestBody.copy(
          RequestBody.open(ctx), length, bodyBytesMax, (bytes, at, n) -> write(body, bytes, at, n));
    } catch (IOException | RuntimeException e) {
      body.close();
      throw e;
    }
    answer(ctx, files.put(name, body, status), status.get());
  }

  /** The conditions of a put, which afterwards say what it is answered with. */
  public PutStatus putStatus(Context ctx) {
    return new PutStatus(Conditions.ofWrite(ctx), putExistingStatus);
  }

  private void delete(Context ctx) throws IOException, InterruptedException {
    Name name = name(ctx);
    if (!files.mayDelete(name)) {
      throw Problem.of(405, "the name says what the content is, which is kept; see --cas-delete")
          .with("Allow", "GET, HEAD, OPTIONS, PUT")
          .asException();
    }
    answer(ctx, files.delete(name, Conditions.ofWrite(ctx)), DELETED);
  }

  private Name name(Context ctx) {
    String path = ctx.req().getRequestURI();
    try {
      Name name = Name.parse(path.length() < PATH.length() ? "" : path.substring(PATH.length()));
      if (!owns.test(name)) {
        throw Misdirected.of(ctx, "this name").asException();
      }
      return name;
    } catch (BadNameException e) {
      throw Problem.of(e.isTooLong() ? 414 : 400, e.getMessage()).asException();
    }
  }

  private static void write(Upload body, byte[] bytes, int offset, int length) throws IOException {
    try {
      body.write(bytes, offset, length);
    } catch (IOException e) {
      throw noRoom(e);
    }
  }

  private static void answer(Context ctx, Written written, int status) {
    switch (written) {
      case Written.Done done -> {
        served(ctx, false);
        done.content().ifPresent(content -> ctx.header("ETag", content.etag()));
        ctx.status(status);
        ctx.res().setContentType(null);
      }
      case Written.Unmet _,
          Written.OtherDigest _,
          Written.NoRoom _,
          Written.Unknowable _,
          Written.Unconfirmed _ ->
          throw refusal(written).asException();
    }
  }

  /** The answer to a write that was not done. */
  public static Problem refusal(Written written) {
    return switch (written) {
      case Written.Done done -> throw new IllegalStateException("it was done: " + done.content());
      case Written.Unmet _ ->
          Problem.of(412, "the file is not in the state that the request asks for");
      case Written.OtherDigest(String found) ->
          Problem.of(422, "the body has the SHA-256 " + found + ", not the one of its name");
      case Written.NoRoom(String detail) -> Problem.unavailable(detail);
      case Written.Unknowable(ReadOutcome why) -> refusal(why);
      case Written.Unconfirmed(String detail, boolean mayTakeEffect) ->
          Problem.unavailable(detail).with(mayTakeEffect ? Effect.KEPT : Effect.NONE);
    };
  }

  private static void answerWithout(Context ctx, ReadOutcome outcome) {
    if (outcome instanceof ReadOutcome.Absent(boolean fromOrigin)) {
      served(ctx, fromOrigin);
    }
    HttpService.answer(ctx, refusal(outcome));
  }

  /** The answer to a read that found no file. */
  public static Problem refusal(ReadOutcome outcome) {
    return switch (outcome) {
      case ReadOutcome.Absent _ -> Problem.of(404, "there is no file of this name");
      case ReadOutcome.Unavailable(String detail) -> Problem.unavailable(detail);
      case ReadOutcome.Nonsense(String detail) -> Problem.of(502, detail);
      case ReadOutcome.Damaged(String detail) -> Problem.of(502, detail);
      case ReadOutcome.Here here ->
          throw new IllegalStateException("there is an answer: " + here.content());
    };
  }

  private static void served(Context ctx, boolean byOrigin) {
    ctx.header(SERVED_HEADER, byOrigin ? "origin" : "sidecar");
  }

  /** A 503 if there is no room; anything else goes on as it is. */
  public static RuntimeException noRoom(IOException e) throws IOException {
    if (NoRoomException.orAsItIs(e) instanceof NoRoomException noRoom) {
      return Problem.unavailable(noRoom.getMessage()).asException();
    }
    throw e;
  }
}
