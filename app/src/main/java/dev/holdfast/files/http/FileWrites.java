package dev.holdfast.files.http;

import dev.holdfast.files.FileService;
import dev.holdfast.files.FilesConfig;
import dev.holdfast.files.QuickWrites;
import dev.holdfast.files.Upload;
import dev.holdfast.http.Exchange;
import dev.holdfast.http.QuickRequest;
import dev.holdfast.http.RequestBody;
import dev.holdfast.names.Name;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Optional;

/**
 * Answers writes: short ones behind without preconditions as {@link QuickWrites}, all others on
 * their routes.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class FileWrites {
  /** The status of a delete, whether there was a file or not. */
  private static final int DELETED = 200;

  private final FileService files;
  private final long bodyBytesMax;
  private final int putExistingStatus;

  FileWrites(FileService files, FilesConfig config) {
    this.files = files;
    this.bodyBytesMax = config.bodyBytesMax();
    this.putExistingStatus = config.putExistingStatus();
  }

  /** Takes a put that needs no route, or leaves it to its route and returns false. */
  boolean takePut(QuickRequest request, FileRequest.Sound put) {
    Optional<QuickWrites> writes =
        PutStatus.asksAlways(putExistingStatus)
            ? Optional.empty()
            : quickWrites(request, put.name());
    if (writes.isEmpty()) {
      return put.leaveTo(request);
    }
    var reply = new QuickReply(request, FilesConfig.ALWAYS_CREATED);
    request.body(body -> writes.get().put(put.name().stored(), body, reply));
    return true;
  }

  /** Takes a delete that needs no route, or leaves it to its route and returns false. */
  boolean takeDelete(QuickRequest request, FileRequest.Sound delete) {
    Optional<QuickWrites> writes = quickWrites(request, delete.name());
    if (writes.isEmpty()) {
      return delete.leaveTo(request);
    }
    writes.get().delete(delete.name().stored(), new QuickReply(request, DELETED));
    return true;
  }

  private Optional<QuickWrites> quickWrites(Exchange asked, Name name) {
    return Conditions.areAsked(asked) ? Optional.empty() : files.quickWrites(name);
  }

  /** Answers a put. */
  void put(Context ctx, Name name) throws IOException, InterruptedException {
    long length = ctx.req().getContentLengthLong();
    PutStatus status = PutStatus.of(ctx, putExistingStatus);
    Upload body =
        Uploads.receive(
            () -> files.upload(name, length),
            sink -> RequestBody.copy(RequestBody.open(ctx), length, bodyBytesMax, sink));
    Answers.written(Exchange.of(ctx), files.put(name, body, status), status.get());
  }

  /** Answers a delete. */
  void delete(Context ctx, Name name) throws IOException, InterruptedException {
    Answers.written(Exchange.of(ctx), files.delete(name, Conditions.ofWrite(ctx)), DELETED);
  }
}
