package dev.holdfast.cas;

import dev.holdfast.files.Precondition;
import dev.holdfast.files.ReadOutcome;
import dev.holdfast.files.Upload;
import dev.holdfast.files.WriteOutcome;
import dev.holdfast.files.http.Answers;
import dev.holdfast.files.http.Conditions;
import dev.holdfast.files.http.FileReads;
import dev.holdfast.http.Exchange;
import dev.holdfast.http.Pages;
import dev.holdfast.http.Problem;
import dev.holdfast.names.Name;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Blobs by their digests.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class CasRoutes {
  /** The path that every blob is below. */
  static final String PATH = "/cas/";

  private static final String STORE = "cas";
  private static final String NEW = "new";
  private static final String EXISTING = "existing";
  private static final String OTHER_DIGEST = "other_digest";

  private final StoreRoutes store;
  private final FileReads reads;
  private final Zstd zstd;
  private final CasConfig config;

  CasRoutes(StoreRoutes store, FileReads reads, Zstd zstd, CasConfig config) {
    this.store = store;
    this.reads = reads;
    this.zstd = zstd;
    this.config = config;
    for (String outcome : new String[] {NEW, EXISTING, OTHER_DIGEST}) {
      store.meters().puts(STORE, outcome);
    }
  }

  void addTo(RoutesConfig routes) {
    String path = PATH + "<digest>";
    routes.get(path, this::get);
    routes.head(path, this::get);
    routes.put(path, this::put);
    routes.options(path, this::options);
    if (config.delete()) {
      routes.delete(path, this::delete);
    }
  }

  private void options(Context ctx) {
    Pages.options(ctx, (config.delete() ? "DELETE, " : "") + "GET, HEAD, OPTIONS, PUT");
  }

  private void get(Context ctx) throws IOException, InterruptedException {
    Digest digest = StoreRoutes.digest(ctx, PATH);
    Name name = digest.blob();
    store.requireOwn(ctx, name);
    store.counted(ctx, STORE, () -> get(ctx, digest, name));
  }

  private void get(Context ctx, Digest digest, Name name) throws IOException, InterruptedException {
    var view = new BlobView(digest, zstd);
    if (digest.equals(Digest.EMPTY)) {
      Answers.served(Exchange.of(ctx), false);
      view.send(ctx, digest.etag(), 0, new ByteArrayInputStream(new byte[0]));
    } else {
      reads.answer(ctx, name, view);
    }
  }

  private void put(Context ctx) throws IOException, InterruptedException {
    Digest digest = StoreRoutes.digest(ctx, PATH);
    Name name = digest.blob();
    store.requireOwn(ctx, name);
    StoreRoutes.requireWholeAndKnown(ctx, config.bodyBytesMax());
    if (digest.equals(Digest.EMPTY) || isHere(name)) {
      requireDigest(ctx, digest);
      answer(ctx, digest, false);
      return;
    }
    WriteOutcome written = store(name, store.receive(ctx, config.bodyBytesMax()));
    Exchange to = Exchange.of(ctx);
    switch (written) {
      case WriteOutcome.Done _ -> answer(ctx, digest, true);
      case WriteOutcome.Unmet _ -> answer(ctx, digest, false);
      case WriteOutcome.OtherDigest _ -> {
        count(OTHER_DIGEST);
        to.answer(Answers.refusal(written));
      }
      case WriteOutcome.NoRoom _, WriteOutcome.Unknowable _, WriteOutcome.Unconfirmed _ ->
          to.answer(Answers.refusal(written));
    }
  }

  /** Stores a blob, unless it is there. Takes the upload over, whatever comes of it. */
  WriteOutcome store(Name name, Upload upload) throws IOException, InterruptedException {
    return store
        .files()
        .put(name, upload, config.askOrigin() ? Precondition.ABSENT : Precondition.ABSENT_HERE);
  }

  /** Counts a blob that was stored, or was there. */
  void count(boolean isNew) {
    count(isNew ? NEW : EXISTING);
  }

  private void count(String outcome) {
    store.meters().puts(STORE, outcome).increment();
  }

  /** Returns true if a blob is here already, or is here now since the origin had it. */
  private boolean isHere(Name name) throws IOException, InterruptedException {
    ReadOutcome known =
        config.askOrigin()
            ? store.files().read(name)
            : store.files().look(name).orElse(new ReadOutcome.Absent(false));
    return switch (known) {
      case ReadOutcome.Here _ -> true;
      case ReadOutcome.Absent _, ReadOutcome.Damaged _ -> false;
      case ReadOutcome.Unavailable _, ReadOutcome.Nonsense _ ->
          throw Answers.refusal(known).asException();
    };
  }

  /** The body has to be right, even if nothing is done with it: a client must not be told else. */
  private void requireDigest(Context ctx, Digest digest) throws IOException, InterruptedException {
    MessageDigest sha256 = Digest.sha256();
    store.read(ctx, config.bodyBytesMax(), sha256::update);
    String found = HexFormat.of().formatHex(sha256.digest());
    if (!found.equals(digest.hex())) {
      count(OTHER_DIGEST);
      throw Answers.refusal(new WriteOutcome.OtherDigest(found)).asException();
    }
  }

  private void answer(Context ctx, Digest digest, boolean isNew) {
    count(isNew);
    Answers.done(Exchange.of(ctx), isNew ? 201 : 200, Optional.of(digest.etag()));
  }

  private void delete(Context ctx) throws IOException, InterruptedException {
    Digest digest = StoreRoutes.digest(ctx, PATH);
    Name name = digest.blob();
    store.requireOwn(ctx, name);
    if (digest.equals(Digest.EMPTY)) {
      throw Problem.of(405, "the empty blob is always there")
          .with("Allow", "GET, HEAD, OPTIONS, PUT")
          .asException();
    }
    store.delete(ctx, name, Conditions.ofWrite(ctx, _ -> digest.etag()));
  }
}
