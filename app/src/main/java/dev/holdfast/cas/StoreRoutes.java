package dev.holdfast.cas;

import dev.holdfast.files.FileService;
import dev.holdfast.files.Upload;
import dev.holdfast.files.http.FileRoutes;
import dev.holdfast.http.Misdirected;
import dev.holdfast.http.Problem;
import dev.holdfast.http.RequestBody;
import dev.holdfast.names.Name;
import dev.holdfast.names.Owners;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Optional;

/**
 * What the routes of blobs and of actions have in common.
 *
 * <p>Threading: may be used from any number of threads.
 */
record StoreRoutes(FileService files, Owners owners, Bodies bodies, StoreMeters meters) {
  /** The digest that a request names, from the raw path: no other spelling is known. */
  static Digest digest(Context ctx, String path) {
    String target = ctx.req().getRequestURI();
    Optional<Digest> digest =
        target.startsWith(path) ? Digest.parse(target.substring(path.length())) : Optional.empty();
    return digest.orElseThrow(
        () ->
            Problem.of(400, "a digest is 64 lowercase hex digits: " + path + "{sha256}")
                .asException());
  }

  /** Refuses what belongs to another sidecar. */
  void requireOwn(Context ctx, Name name) {
    if (!owners.isSelf(name)) {
      throw Misdirected.of(ctx, "this digest").asException();
    }
  }

  /** Refuses bodies that cannot be taken. */
  static void requireWholeAndKnown(Context ctx) {
    if (ctx.header("Content-Range") != null) {
      throw Problem.of(400, "a blob is put whole: Content-Range is not supported (RFC 9110, 14.5)")
          .asException();
    }
    if (Bodies.coding(ctx) == Bodies.Coding.OTHER) {
      throw Problem.of(415, "a body comes plain or with Content-Encoding: zstd")
          .with("Accept-Encoding", "zstd")
          .asException();
    }
  }

  /** Makes a place for the body of a request. */
  Upload place(long length) throws IOException, InterruptedException {
    return place(files, length, Upload.Digest.SHA256);
  }

  static Upload place(FileService files, long length, Upload.Digest digest)
      throws IOException, InterruptedException {
    try {
      return files.upload(length, digest);
    } catch (IOException e) {
      throw FileRoutes.noRoom(e);
    }
  }

  /** Receives the body of a request. */
  Upload receive(Context ctx, long bytesMax) throws IOException, InterruptedException {
    RequestBody.requireAtMost(ctx, bytesMax);
    Upload upload = place(Bodies.length(ctx));
    try {
      read(ctx, bytesMax, (bytes, offset, length) -> write(upload, bytes, offset, length));
      return upload;
    } catch (IOException | InterruptedException | RuntimeException e) {
      upload.close();
      throw e;
    }
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

  static void write(Upload upload, byte[] bytes, int offset, int length) throws IOException {
    try {
      upload.write(bytes, offset, length);
    } catch (IOException e) {
      throw FileRoutes.noRoom(e);
    }
  }

  /** Counts a read, and whether it was answered from here. */
  void counted(Context ctx, String store, Read read) throws IOException, InterruptedException {
    meters.gets(store).increment();
    read.run();
    boolean found = ctx.statusCode() < 400;
    if (found && !"origin".equals(ctx.res().getHeader(FileRoutes.SERVED_HEADER))) {
      meters.hits(store).increment();
    }
  }

  /** A read. */
  interface Read {
    void run() throws IOException, InterruptedException;
  }

  /** Answers a write without a body. */
  static void written(Context ctx, int status, String etag) {
    ctx.header(FileRoutes.SERVED_HEADER, "sidecar").header("ETag", etag).status(status);
    ctx.res().setContentType(null);
  }
}
