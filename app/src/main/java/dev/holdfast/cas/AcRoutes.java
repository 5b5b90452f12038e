package dev.holdfast.cas;

import dev.holdfast.files.WriteOutcome;
import dev.holdfast.files.http.Answers;
import dev.holdfast.files.http.Conditions;
import dev.holdfast.files.http.Description;
import dev.holdfast.files.http.FileReads;
import dev.holdfast.files.http.Presentation;
import dev.holdfast.files.http.PutStatus;
import dev.holdfast.files.http.SendFile;
import dev.holdfast.http.Exchange;
import dev.holdfast.http.HttpService;
import dev.holdfast.http.Pages;
import dev.holdfast.http.Problem;
import dev.holdfast.names.Name;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * The action cache: what a digest of an action is worth is what was put last.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class AcRoutes {
  static final String PATH = "/ac/";

  private static final String STORE = "ac";

  /** How often an action may be put anew while it is looked at. */
  private static final int READS_MAX = 10;

  private final StoreRoutes store;
  private final FileReads reads;
  private final Completeness completeness;
  private final CasConfig config;
  private final int putExistingStatus;

  /**
   * @param putExistingStatus see {@link dev.holdfast.files.FilesConfig}
   */
  AcRoutes(
      StoreRoutes store,
      FileReads reads,
      Completeness completeness,
      CasConfig config,
      int putExistingStatus) {
    this.store = store;
    this.reads = reads;
    this.completeness = completeness;
    this.config = config;
    this.putExistingStatus = putExistingStatus;
    store.meters().puts(STORE, "new");
  }

  void addTo(RoutesConfig routes) {
    String path = PATH + "<digest>";
    routes.get(path, this::get);
    routes.head(path, this::get);
    routes.put(path, this::put);
    routes.options(
        path,
        ctx -> Pages.options(ctx, (config.delete() ? "DELETE, " : "") + "GET, HEAD, OPTIONS, PUT"));
    if (config.delete()) {
      routes.delete(path, this::delete);
    }
  }

  private void get(Context ctx) throws IOException, InterruptedException {
    Name name = StoreRoutes.digest(ctx, PATH).action();
    store.requireOwn(ctx, name);
    store.counted(
        ctx,
        STORE,
        () -> {
          if (config.actionsComplete()) {
            readComplete(ctx, name);
          } else {
            reads.answer(ctx, name, Presentation.FILE);
          }
        });
  }

  /** Reads the action once to look at what it names, and once more to send it. */
  private void readComplete(Context ctx, Name name) throws IOException, InterruptedException {
    var view = new Complete();
    for (int i = 0; i < READS_MAX; i++) {
      view.isToBeReadAgain = false;
      reads.answer(ctx, name, view);
      if (!view.isToBeReadAgain) {
        return;
      }
    }
    throw Problem.unavailable("the action changes faster than it can be looked at").asException();
  }

  private void put(Context ctx) throws IOException, InterruptedException {
    Name name = StoreRoutes.digest(ctx, PATH).action();
    store.requireOwn(ctx, name);
    StoreRoutes.requireWholeAndKnown(ctx, config.actionBytesMax());
    PutStatus status = PutStatus.of(ctx, putExistingStatus);
    WriteOutcome written =
        store.files().put(name, store.receive(ctx, config.actionBytesMax()), status);
    if (written instanceof WriteOutcome.Done) {
      store.meters().puts(STORE, "new").increment();
    }
    Answers.written(Exchange.of(ctx), written, status.get());
  }

  private void delete(Context ctx) throws IOException, InterruptedException {
    Name name = StoreRoutes.digest(ctx, PATH).action();
    store.requireOwn(ctx, name);
    store.delete(ctx, name, Conditions.ofWrite(ctx));
  }

  /** Shows an action only when every blob that it names is there. For one request. */
  private final class Complete implements Presentation {
    /** The entity tag of the content whose blobs are all there; empty for none yet. */
    private String complete = "";

    /** The server of the first answer: the second time the action is here in any case. */
    private String servedBy = "";

    private boolean isToBeReadAgain;

    @Override
    public Optional<String> offered(Context ctx, long size) {
      return Optional.empty();
    }

    @Override
    public void send(Context ctx, String etag, long size, InputStream bytes) throws IOException {
      if (etag.equals(complete)) {
        ctx.header(Answers.SERVED_HEADER, servedBy);
        SendFile.send(ctx, new Description(etag, size, "no-cache", ""), bytes);
        return;
      }
      if (size > config.actionBytesMax()) {
        throw Problem.of(502, "the action is longer than --ac-bytes-max").asException();
      }
      switch (look(bytes, size)) {
        case Peers.Said.Yes _ -> {
          complete = etag;
          servedBy = ctx.res().getHeader(Answers.SERVED_HEADER);
          isToBeReadAgain = true;
        }
        case Peers.Said.No _ ->
            HttpService.answer(ctx, Problem.of(404, "a blob that this action names is not there"));
        case Peers.Said.Nothing(String detail) -> throw Problem.unavailable(detail).asException();
      }
    }

    private Peers.Said look(InputStream action, long size) throws IOException {
      try {
        return completeness.of(action, size);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new UncheckedIOException(new IOException("interrupted", e));
      }
    }
  }
}
