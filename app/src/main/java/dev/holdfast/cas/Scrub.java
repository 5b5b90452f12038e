package dev.holdfast.cas;

import dev.holdfast.names.StoredName;
import dev.holdfast.streams.PatientStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Reads blobs and holds them against their digests, at a bounded rate.
 *
 * <p>Threading: for one thread at a time.
 */
public final class Scrub {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
  private static final long READ_MS_MAX = 60_000;

  /** A file server writes in place: a file that is wrong once may just be written. */
  private static final long AGAIN_MS = 1_000;

  private static final int ATTEMPTS_MAX = 5;

  /** Hears what comes of it. */
  public interface Report {
    /** A blob is in order, or gone. */
    void checked(long blobs, long bytes);

    /** A blob is not in order, or a directory cannot be read. */
    void bad(String where, String why);
  }

  private final Rate rate;
  private final Report report;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_MAX)
          .followRedirects(HttpClient.Redirect.NEVER)
          .proxy(HttpClient.Builder.NO_PROXY)
          .build();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private long blobs;
  private long bytes;
  private long bad;

  /**
   * @param bytesPerSecondMax the fastest that is read, 1 or more
   */
  public Scrub(long bytesPerSecondMax, Report report) {
    this.rate = new Rate(bytesPerSecondMax);
    this.report = report;
  }

  /** Blobs that were looked at. */
  public long blobs() {
    return blobs;
  }

  /** Bytes that were read. */
  public long bytes() {
    return bytes;
  }

  /** Blobs that are not in order, or could not be read, and directories that could not. */
  public long bad() {
    return bad;
  }

  /**
   * Checks every file below a directory that is named like a blob. Links are not followed. A
   * directory below it that cannot be read is reported as bad, since there may be blobs in it.
   *
   * @throws IOException if the directory itself cannot be read
   */
  public void directory(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes facts)
              throws IOException {
            Optional<Digest> digest =
                StoredName.parse(file.getFileName().toString()).flatMap(StoreNames::blob);
            if (digest.isPresent() && facts.isRegularFile()) {
              file(file, digest.get());
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (file.equals(directory)) {
              throw e;
            }
            if (!(e instanceof NoSuchFileException)) { // else it has gone meanwhile
              unread(file, e);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException e) {
            if (e != null) {
              unread(visited, e);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /**
   * Checks a blob as a front gives it.
   *
   * @param front such as {@code http://127.0.0.1:8080}
   * @param digest 64 lowercase hex digits
   * @throws IllegalArgumentException if it is none
   */
  public void blob(URI front, String digest) throws InterruptedException {
    var wanted = new Digest(digest);
    String where = front + CasRoutes.PATH + wanted;
    try {
      HttpResponse<InputStream> answer =
          client.send(
              HttpRequest.newBuilder(front.resolve(CasRoutes.PATH + wanted))
                  .timeout(Duration.ofMillis(READ_MS_MAX))
                  .build(),
              BodyHandlers.ofInputStream());
      try (InputStream in = new PatientStream(answer.body(), READ_MS_MAX)) {
        if (answer.statusCode() != 200) {
          bad(where, "the front answers " + answer.statusCode());
          return;
        }
        String found = digest(in);
        if (found.equals(wanted.hex())) {
          good();
        } else {
          bad(where, "it has the SHA-256 " + found);
        }
      }
    } catch (IOException e) {
      bad(where, "it cannot be read: " + e.getMessage());
    }
  }

  /** The part of a file that is the same at two reads if both are of one content. */
  private record State(long size, long modifiedMs, String found) {}

  private void file(Path file, Digest digest) {
    try {
      State last = null;
      for (int i = 0; i < ATTEMPTS_MAX; i++) {
        State now = state(file);
        if (now.found().equals(digest.hex())) {
          good();
          return;
        }
        if (now.equals(last)) {
          bad(file.toString(), now.size() + " bytes with the SHA-256 " + now.found());
          return;
        }
        last = now;
        TimeUnit.MILLISECONDS.sleep(AGAIN_MS);
      }
      bad(file.toString(), "it changes all the time");
    } catch (NoSuchFileException gone) {
      good();
    } catch (IOException e) {
      bad(file.toString(), "it cannot be read: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted", e));
    }
  }

  private State state(Path file) throws IOException, InterruptedException {
    try (InputStream in = Files.newInputStream(file)) {
      String found = digest(in);
      return new State(Files.size(file), Files.getLastModifiedTime(file).toMillis(), found);
    }
  }

  private String digest(InputStream in) throws IOException, InterruptedException {
    MessageDigest sha256 = Digest.sha256();
    long beganNanos = System.nanoTime();
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      sha256.update(buffer, 0, n);
      bytes += n;
      long earlyNanos = rate.nextNanos(beganNanos, n) - System.nanoTime();
      if (earlyNanos > 0) {
        TimeUnit.NANOSECONDS.sleep(earlyNanos);
      }
      beganNanos = System.nanoTime();
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private void good() {
    blobs++;
    report.checked(blobs, bytes);
  }

  private void bad(String where, String why) {
    blobs++;
    bad++;
    report.bad(where, why);
    report.checked(blobs, bytes);
  }

  /** Reports a path that is no blob, and may hide some. */
  private void unread(Path path, IOException e) {
    bad++;
    report.bad(path.toString(), "it cannot be read: " + e);
  }
}
