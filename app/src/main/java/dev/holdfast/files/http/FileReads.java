package dev.holdfast.files.http;

import dev.holdfast.files.FileService;
import dev.holdfast.files.OpenedFile;
import dev.holdfast.files.ReadOutcome;
import dev.holdfast.http.Exchange;
import dev.holdfast.http.Problem;
import dev.holdfast.names.Name;
import io.javalin.http.Context;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Answers reads: at once where nginx is to send the file or there surely is none, else on a route.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class FileReads {
  /** How often a file may be deleted and written anew between being found and being opened. */
  private static final int OPEN_ATTEMPTS = 10;

  private final FileService files;

  public FileReads(FileService files) {
    this.files = files;
  }

  /** Answers a read without waiting for anything, or leaves it to its route and returns false. */
  boolean answerAtOnce(Exchange to, FileRequest.Sound read) throws IOException {
    Optional<String> offered = Presentation.offered(to);
    if (offered.isEmpty()) {
      return read.leaveTo(to);
    }
    Optional<ReadOutcome> seen = files.glance(read.name());
    if (seen.isEmpty()) {
      return read.glanced().leaveTo(to);
    }
    if (seen.get() instanceof ReadOutcome.Here here) {
      Answers.sentByNginx(to, offered.get(), read.name(), here);
    } else if (files.isLinkDue(read.name())) {
      return read.leaveTo(to); // a change of a directory may wait for others' forces
    } else {
      Answers.withoutFile(to, seen.get());
    }
    return true;
  }

  private void withoutFile(Exchange to, Name name, ReadOutcome outcome) {
    if (outcome instanceof ReadOutcome.Absent(boolean fromOrigin) && !fromOrigin) {
      files.askedAbsent(name);
    }
    Answers.withoutFile(to, outcome);
  }

  /** Answers a read of a file that is this sidecar's. */
  public void answer(Context ctx, Name name, Presentation as)
      throws IOException, InterruptedException {
    answer(ctx, new FileRequest.Sound(name, false), as);
  }

  /** Answers a read, which may have been looked at before. */
  void answer(Context ctx, FileRequest.Sound read, Presentation as)
      throws IOException, InterruptedException {
    Exchange to = Exchange.of(ctx);
    Name name = read.name();
    Optional<OpenedFile> opened = Optional.empty();
    try (Closeable _ = files.hold(name)) {
      for (int i = 0; i < OPEN_ATTEMPTS && opened.isEmpty(); i++) {
        ReadOutcome outcome =
            i == 0 && read.isGlanced() ? files.readUnseen(name) : files.read(name);
        if (!(outcome instanceof ReadOutcome.Here here)) {
          withoutFile(to, name, outcome);
          return;
        }
        Optional<String> offered = as.offered(ctx, here.content().size());
        if (offered.isPresent()) {
          Answers.sentByNginx(to, offered.get(), name, here);
          return;
        }
        Answers.served(to, here.fromOrigin());
        opened = files.open(name);
      }
    }
    if (opened.isEmpty()) {
      to.answer(Problem.unavailable("the file changes faster than it can be read"));
      return;
    }
    try (InputStream bytes = opened.get().bytes()) {
      as.send(ctx, opened.get().content().etag(), opened.get().content().size(), bytes);
    }
  }
}
