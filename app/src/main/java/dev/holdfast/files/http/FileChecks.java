package dev.holdfast.files.http;

import dev.holdfast.files.FileService;
import dev.holdfast.http.Exchange;
import dev.holdfast.http.Misdirected;
import dev.holdfast.http.Problem;
import dev.holdfast.http.ProblemException;
import dev.holdfast.http.RequestBody;
import dev.holdfast.names.BadNameException;
import dev.holdfast.names.Name;
import java.util.function.Predicate;

/**
 * Parses and checks requests for files. Every refusal is decided here that needs neither the body
 * nor the file.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class FileChecks {
  private final FileService files;
  private final Predicate<Name> owns;
  private final long bodyBytesMax;

  /**
   * @param owns returns true for a name of this sidecar
   * @param bodyBytesMax the longest body of a put, in bytes
   */
  FileChecks(FileService files, Predicate<Name> owns, long bodyBytesMax) {
    this.files = files;
    this.owns = owns;
    this.bodyBytesMax = bodyBytesMax;
  }

  /** Parses and checks a request. */
  FileRequest check(Exchange asked) {
    String path = asked.path();
    try {
      Name name = Name.parse(path.startsWith(Name.PATH) ? path.substring(Name.PATH.length()) : "");
      requireSound(asked, name);
      return new FileRequest.Sound(name, false);
    } catch (BadNameException e) {
      return new FileRequest.Refused(Problem.of(e.isTooLong() ? 414 : 400, e.getMessage()));
    } catch (ProblemException e) {
      return new FileRequest.Refused(e.problem());
    }
  }

  private void requireSound(Exchange asked, Name name) {
    Misdirected.requireOwn(owns.test(name), asked, "this name");
    switch (asked.method()) {
      case "PUT" -> RequestBody.requireWhole(asked, "a file", bodyBytesMax);
      case "DELETE" -> requireDeletable(name);
      default -> {} // a read says nothing else that could be wrong
    }
  }

  private void requireDeletable(Name name) {
    if (!files.mayDelete(name)) {
      throw Problem.of(405, "the name says what the content is, which is kept; see --cas-delete")
          .with("Allow", "GET, HEAD, OPTIONS, PUT")
          .asException();
    }
  }

  /**
   * Returns a request that is on its route: as it was found when it was looked at before, or
   * checked now.
   *
   * @throws dev.holdfast.http.ProblemException if it is refused
   */
  FileRequest.Sound require(Exchange asked) {
    return switch (asked.noted(FileRequest.class).orElseGet(() -> check(asked))) {
      case FileRequest.Sound sound -> sound;
      case FileRequest.Refused(Problem problem) -> throw problem.asException();
    };
  }
}
