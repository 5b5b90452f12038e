package dev.holdfast.files.http;

import dev.holdfast.files.FileService;
import dev.holdfast.files.FilesConfig;
import dev.holdfast.http.Exchange;
import dev.holdfast.http.Pages;
import dev.holdfast.http.QuickRequest;
import dev.holdfast.names.Name;
import dev.holdfast.service.Service;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/**
 * The file service over HTTP. A request is checked once, by {@link FileChecks}; then {@link
 * FileReads} or {@link FileWrites} answer it.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class FileRoutes implements Service {
  private static final List<String> GATED = List.of(Name.PATH + "<name>");
  private static final String ALLOW = "DELETE, GET, HEAD, OPTIONS, PUT";

  private final FileChecks checks;
  private final FileReads reads;
  private final FileWrites writes;

  /**
   * @param reads answers the reads of the same file service
   * @param owns returns true for a name of this sidecar
   */
  public FileRoutes(FileService files, FileReads reads, Predicate<Name> owns, FilesConfig config) {
    this.checks = new FileChecks(files, owns, config.bodyBytesMax());
    this.reads = reads;
    this.writes = new FileWrites(files, config);
  }

  @Override
  public List<String> gatedPaths() {
    return GATED;
  }

  /** Adds the routes of the file service. */
  @Override
  public void addTo(RoutesConfig routes) {
    for (String path : new String[] {"/api/fileserver", Name.PATH, Name.PATH + "<name>"}) {
      routes.get(path, this::get);
      routes.head(path, this::get);
      routes.put(path, ctx -> writes.put(ctx, name(ctx)));
      routes.delete(path, ctx -> writes.delete(ctx, name(ctx)));
      routes.options(path, ctx -> Pages.options(ctx, ALLOW));
    }
    Answers.addTo(routes);
  }

  /**
   * Answers what needs no route:
   *
   * <ul>
   *   <li>a read where nginx is to send the file, or there surely is none,
   *   <li>a short write behind without preconditions, once it is done,
   *   <li>a refused request without a body.
   * </ul>
   *
   * All else is for the routes, with the findings of this method as notes.
   */
  @Override
  public boolean answer(QuickRequest request) {
    if (!request.path().startsWith(Name.PATH) || request.method().equals("POST")) {
      return false;
    }
    return switch (checks.check(request)) {
      case FileRequest.Sound sound -> isTaken(request, sound);
      case FileRequest.Refused refused -> isRefused(request, refused);
    };
  }

  private boolean isTaken(QuickRequest request, FileRequest.Sound sound) {
    try {
      return switch (request.method()) {
        case "GET" -> reads.answerAtOnce(request, sound);
        case "PUT" -> writes.takePut(request, sound);
        case "DELETE" -> writes.takeDelete(request, sound);
        default -> sound.leaveTo(request);
      };
    } catch (IOException e) {
      return sound.leaveTo(request); // the route finds the same, and says it
    }
  }

  private static boolean isRefused(QuickRequest request, FileRequest.Refused refused) {
    if (request.length() > 0) {
      return refused.leaveTo(request); // the route reads the body, too: else its sender is cut off
    }
    request.answer(refused.problem());
    return true;
  }

  private void get(Context ctx) throws IOException, InterruptedException {
    reads.answer(ctx, checks.require(Exchange.of(ctx)), Presentation.FILE);
  }

  private Name name(Context ctx) {
    return checks.require(Exchange.of(ctx)).name();
  }
}
