package dev.holdfast.cas;

import dev.holdfast.files.FileService;
import dev.holdfast.files.Precondition;
import dev.holdfast.files.Upload;
import dev.holdfast.files.http.Answers;
import dev.holdfast.files.http.Uploads;
import dev.holdfast.http.Exchange;
import dev.holdfast.http.Misdirected;
import dev.holdfast.http.Problem;
import dev.holdfast.http.RequestBody;
import dev.holdfast.names.Name;
import dev.holdfast.names.Owners;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Optional;

/**
 * The common part of the routes of blobs and of actions.
 *
 * <p>Threading: may be used from any number of threads.
 */
record StoreRoutes(FileService files, Owners owners, Bodies bodies, StoreMeters meters) {
  private static final int DELETED = 200;

  /** Returns the digest that a request names, from the raw path: no other spelling is known. */
  static Digest digest(Context ctx, String path) {
    String target = ctx.req().getRequestURI();
    Optional<Digest> digest =
        target.startsWith(path) ? Digest.parse(target.substring(path.length())) : Optional.empty();
    return digest.orElseThrow(
        () ->
            Problem.of(400, "a digest is 64 lowercase hex digits: " + path + "{sha256}")
                .asException());
  }

  /** Refuses a request for a file that belongs to another sidecar. */
  void requireOwn(Context ctx, Name name) {
    Misdirected.requireOwn(owners.isSelf(name), Exchange.of(ctx), "this digest");
  }

  /** Refuses a body like {@link RequestBody#requireWhole}, and one in an unknown coding. */
  static void requireWholeAndKnown(Context ctx, long bytesMax) {
    RequestBody.requireWhole(Exchange.of(ctx), "a blob", bytesMax);
    if (Bodies.coding(ctx) == Bodies.Coding.OTHER) {
      throw Problem.of(415, "a body comes plain or with Content-Encoding: zstd")
          .with("Accept-Encoding", "zstd")
          .asException();
    }
  }

  /** Receives the body of a request, with its digest. */
  Upload receive(Context ctx, long bytesMax) throws IOException, InterruptedException {
    return Uploads.receive(
        () -> files.upload(Bodies.length(ctx), Upload.Digest.SHA256),
        sink -> read(ctx, bytesMax, sink));
  }

  /** Reads the body of a request to its end. */
  void read(Context ctx, long bytesMax, RequestBody.Sink sink)
      throws IOException, InterruptedException {
    try {
      if (!bodies.read(ctx, bytesMax, sink)) {
        throw Problem.unavailable("too many bodies are being decoded").asException();
      }
    } catch (BadEncodingException e) {
      throw Problem.of(400, e.getMessage() + "; nothing was changed").asException();
    }
  }

  /** Counts a read, and counts a hit if it was answered from here. */
  void counted(Context ctx, String store, Read read) throws IOException, InterruptedException {
    meters.gets(store).increment();
    read.run();
    boolean found = ctx.statusCode() < 400;
    if (found && !"origin".equals(ctx.res().getHeader(Answers.SERVED_HEADER))) {
      meters.hits(store).increment();
    }
  }

  /** A read. */
  interface Read {
    void run() throws IOException, InterruptedException;
  }

  /** Deletes a file of the store, whether there is one or not. */
  void delete(Context ctx, Name name, Precondition precondition)
      throws IOException, InterruptedException {
    Answers.written(Exchange.of(ctx), files.delete(name, precondition), DELETED);
  }
}
