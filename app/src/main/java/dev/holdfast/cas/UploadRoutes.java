package dev.holdfast.cas;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.holdfast.files.Upload;
import dev.holdfast.files.WriteOutcome;
import dev.holdfast.files.http.Answers;
import dev.holdfast.http.Effect;
import dev.holdfast.http.HttpService;
import dev.holdfast.http.MultipartBody;
import dev.holdfast.http.Pages;
import dev.holdfast.http.Problem;
import dev.holdfast.http.ProblemException;
import dev.holdfast.http.RequestBody;
import dev.holdfast.http.RequestPlace;
import dev.holdfast.names.Name;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Uploads of which the digests are found here. Any sidecar takes one: where a blob belongs is known
 * only when its last byte is, and then it is handed over to its owner. Nothing is stored before the
 * whole body was there and in order.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class UploadRoutes {
  static final String PATH = "/cas";

  private static final JsonFactory JSON = new JsonFactory();

  private static final Peers.Said TOO_MANY =
      new Peers.Said.Nothing("too many requests wait for others");

  private final StoreRoutes store;
  private final CasRoutes blobs;
  private final Peers peers;
  private final CasConfig config;

  UploadRoutes(StoreRoutes store, CasRoutes blobs, Peers peers, CasConfig config) {
    this.store = store;
    this.blobs = blobs;
    this.peers = peers;
    this.config = config;
    store.meters().handedOver();
  }

  void addTo(RoutesConfig routes) {
    routes.post(PATH, this::post);
    routes.options(PATH, ctx -> Pages.options(ctx, "OPTIONS, POST"));
  }

  /** A blob that came in. */
  private record Part(Upload upload, Optional<String> fileName) {}

  private void post(Context ctx) throws IOException, InterruptedException {
    HttpService.isWrite(ctx);
    StoreRoutes.requireWholeAndKnown(ctx, config.bodyBytesMax());
    var parts = new ArrayList<Part>();
    try {
      boolean multipart = MultipartBody.isOne(ctx.header("Content-Type"));
      if (multipart) {
        receiveParts(ctx, parts);
      } else {
        parts.add(new Part(store.receive(ctx, config.bodyBytesMax()), Optional.empty()));
      }
      boolean isFirst = true;
      for (Part part : parts) {
        keep(part.upload(), isFirst, parts.size() == 1);
        isFirst = false;
      }
      answer(ctx, parts, multipart);
    } finally {
      for (Part part : parts) {
        part.upload().close();
      }
    }
  }

  private void receiveParts(Context ctx, List<Part> parts)
      throws IOException, InterruptedException {
    if (Bodies.coding(ctx) != Bodies.Coding.PLAIN) {
      throw Problem.of(415, "multipart/form-data comes plain").asException();
    }
    InputStream body = RequestBody.open(ctx);
    MultipartBody.read(
        ctx.header("Content-Type"),
        body,
        config.partsMax(),
        config.bodyBytesMax(),
        new MultipartBody.Parts() {
          @Override
          public void begin(String name, Optional<String> fileName) throws IOException {
            endLast(parts); // room is reserved in steps, and a form may have many small parts
            parts.add(new Part(place(), fileName));
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            parts.getLast().upload().write(bytes, offset, length);
          }
        });
    endLast(parts);
  }

  private static void endLast(List<Part> parts) throws IOException {
    if (!parts.isEmpty()) {
      parts.getLast().upload().end();
    }
  }

  private Upload place() throws IOException {
    try {
      return store.files().upload(-1, Upload.Digest.SHA256);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for room", e);
    }
  }

  /** Stores one of the blobs of a request; a refusal says what has become of the others, too. */
  private void keep(Upload upload, boolean isFirst, boolean isOnly)
      throws IOException, InterruptedException {
    try {
      keep(upload);
    } catch (ProblemException e) {
      Problem problem = e.problem();
      boolean concernsItAlone = isOnly || (isFirst && problem.effect() == Effect.NONE);
      throw concernsItAlone ? e : problem.with(problem.effect().ofPart()).asException();
    }
  }

  /** Stores a blob here, or with the sidecar that owns it. */
  private void keep(Upload upload) throws IOException, InterruptedException {
    var digest = new Digest(upload.sha256());
    Name name = digest.blob();
    if (digest.equals(Digest.EMPTY)) {
      blobs.count(false);
    } else if (store.owners().isSelf(name)) {
      WriteOutcome written = blobs.store(name, upload);
      if (!(written instanceof WriteOutcome.Done || written instanceof WriteOutcome.Unmet)) {
        throw Answers.refusal(written).asException();
      }
      blobs.count(written instanceof WriteOutcome.Done);
    } else {
      handOver(store.owners().of(name), digest, upload);
    }
  }

  private void handOver(String owner, Digest digest, Upload upload)
      throws IOException, InterruptedException {
    store.meters().handedOver().increment();
    try (InputStream bytes = upload.open()) {
      switch (RequestPlace.whileWaiting(
          () -> peers.put(owner, digest, upload.size(), bytes), TOO_MANY)) {
        case Peers.Said.Yes _ -> {}
        case Peers.Said.No _ ->
            throw Problem.unavailable("the sidecar that owns the blob did not take it")
                .asException();
        case Peers.Said.Nothing(String detail) -> throw notHandedOver(detail).asException();
      }
    }
  }

  /**
   * Returns the answer for a blob that its owner did not take.
   *
   * @param detail may be the owner's own answer; then the owner knows what it has changed
   */
  private static Problem notHandedOver(String detail) {
    return Problem.unavailable("the blob could not be handed over: " + Effect.without(detail))
        .with(Effect.saidIn(detail).orElse(Effect.UNKNOWN));
  }

  private static void answer(Context ctx, List<Part> parts, boolean multipart) throws IOException {
    var out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      if (multipart) {
        json.writeStartArray();
      }
      for (Part part : parts) {
        json.writeStartObject();
        json.writeStringField("digest", part.upload().sha256());
        json.writeNumberField("size", part.upload().size());
        if (part.fileName().isPresent()) {
          json.writeStringField("fileName", part.fileName().get());
        }
        json.writeEndObject();
      }
      if (multipart) {
        json.writeEndArray();
      }
    }
    HttpService.contentType(ctx, "application/json");
    ctx.status(201)
        .header("Location", CasRoutes.PATH + parts.getFirst().upload().sha256())
        .header("Cache-Control", "no-store")
        .header(Answers.SERVED_HEADER, "sidecar")
        .result(out.toByteArray());
  }
}
