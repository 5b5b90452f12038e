package dev.holdfast.cas;

import dev.holdfast.files.http.Description;
import dev.holdfast.files.http.Presentation;
import dev.holdfast.files.http.SendFile;
import dev.holdfast.http.ByteRange;
import dev.holdfast.http.EntityTags;
import dev.holdfast.http.Exchange;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * How a blob is shown: its digest is its entity tag, and it may be kept for ever. A client that
 * takes zstd gets zstd, unless it asks for a part.
 */
record BlobView(Digest digest, Zstd zstd) implements Presentation {
  private static final String FOR_EVER = "public, max-age=31536000, immutable";
  private static final String VARY = "Accept-Encoding";

  @Override
  public Optional<String> offered(Context ctx, long size) {
    boolean nginxCan =
        ctx.header("If-Match") == null // nginx does not know the tag in time
            && !isUnmodified(ctx)
            && !isZstd(ctx)
            && isWholeOrPart(ctx, size);
    return nginxCan ? Presentation.offered(Exchange.of(ctx)) : Optional.empty();
  }

  @Override
  public void send(Context ctx, String etag, long size, InputStream bytes) throws IOException {
    if (!isZstd(ctx) || !zstd.beginEncoding()) {
      SendFile.send(ctx, new Description(digest.etag(), size, FOR_EVER, VARY), bytes);
      return;
    }
    try {
      encoded(ctx, size, bytes);
    } finally {
      zstd.endEncoding();
    }
  }

  private void encoded(Context ctx, long size, InputStream bytes) throws IOException {
    var file = new Description('"' + digest.hex() + "-zstd\"", size, FOR_EVER, VARY);
    if (SendFile.isAnsweredByConditions(ctx, file)) {
      return;
    }
    file.addTo(ctx);
    ctx.header("Content-Encoding", "zstd");
    if (ctx.req().getMethod().equals("HEAD")) {
      SendFile.flush(ctx); // else the answer says that the length is 0
    } else {
      Zstd.encode(bytes, size, ctx.res().getOutputStream());
    }
  }

  /** nginx would say of its 416, too, that it may be kept for ever. */
  private static boolean isWholeOrPart(Context ctx, long size) {
    String range = ByteRange.field(ctx);
    return range == null || ByteRange.parse(range, size) instanceof ByteRange.Asked.Part;
  }

  private static boolean isZstd(Context ctx) {
    return ByteRange.field(ctx) == null && Zstd.isAccepted(ctx.header(VARY));
  }

  private boolean isUnmodified(Context ctx) {
    return EntityTags.of(ctx, "If-None-Match")
        .filter(tags -> tags.containsWeak(digest.etag()))
        .isPresent();
  }
}
