package dev.holdfast.files.http;

import dev.holdfast.files.ReadOutcome;
import dev.holdfast.files.WriteOutcome;
import dev.holdfast.http.Effect;
import dev.holdfast.http.Exchange;
import dev.holdfast.http.FixedHeader;
import dev.holdfast.http.HttpService;
import dev.holdfast.http.Problem;
import dev.holdfast.names.Name;
import dev.holdfast.staging.NoRoomException;
import dev.holdfast.staging.PublishedPath;
import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.util.Optional;

/** The answer to each outcome of the file service. Status codes are decided here. */
public final class Answers {
  /** The response header that tells nginx's log who answered: {@code sidecar} or {@code origin}. */
  public static final String SERVED_HEADER = "X-Holdfast-Served";

  private static final FixedHeader BY_SIDECAR = new FixedHeader(SERVED_HEADER, "sidecar");
  private static final FixedHeader BY_ORIGIN = new FixedHeader(SERVED_HEADER, "origin");

  private static final byte[] NOTHING = {};

  private Answers() {}

  /**
   * Answers 503 wherever a body finds no room while it comes in. Nothing of it is staged then. A
   * whole body that finds none is an outcome: {@link #refusal(WriteOutcome)}.
   */
  static void addTo(RoutesConfig routes) {
    routes.exception(
        NoRoomException.class,
        (e, ctx) -> HttpService.answerInstead(ctx, Problem.unavailable(e.getMessage())));
  }

  /** Tells nginx's log who has answered. */
  public static void served(Exchange to, boolean byOrigin) {
    to.with(byOrigin ? BY_ORIGIN : BY_SIDECAR);
  }

  /**
   * Has nginx send a file. All else that describes it is nginx's to say, which would hear it too
   * late from here.
   *
   * @param offered the prefix of the location that nginx sends files from
   */
  static void sentByNginx(Exchange to, String offered, Name name, ReadOutcome.Here file)
      throws IOException {
    served(to, file.fromOrigin());
    String where = PublishedPath.of(name.stored(), file.content());
    to.with("X-Accel-Redirect", offered + where).answer(Description.FILE_TYPE, NOTHING);
  }

  /** Answers a read that found no file. */
  static void withoutFile(Exchange to, ReadOutcome outcome) {
    if (outcome instanceof ReadOutcome.Absent(boolean fromOrigin)) {
      served(to, fromOrigin);
    }
    to.answer(refusal(outcome));
  }

  /**
   * Answers a write.
   *
   * @param status the status if it was done
   */
  public static void written(Exchange to, WriteOutcome written, int status) {
    switch (written) {
      case WriteOutcome.Done done -> done(to, status, done.etag());
      case WriteOutcome.Unmet _,
          WriteOutcome.OtherDigest _,
          WriteOutcome.NoRoom _,
          WriteOutcome.Unknowable _,
          WriteOutcome.Unconfirmed _ ->
          to.answer(refusal(written));
    }
  }

  /**
   * Answers a write that was done, without a body.
   *
   * @param etag what the file has now, in quotes; empty after a delete
   */
  public static void done(Exchange to, int status, Optional<String> etag) {
    served(to, false);
    etag.ifPresent(tag -> to.with("ETag", tag));
    to.answer(status);
  }

  /**
   * Returns the answer to a write that was not done.
   *
   * @throws IllegalStateException if it was
   */
  public static Problem refusal(WriteOutcome written) {
    return switch (written) {
      case WriteOutcome.Done done ->
          throw new IllegalStateException("it was done: " + done.content());
      case WriteOutcome.Unmet _ ->
          Problem.of(412, "the file is not in the state that the request asks for");
      case WriteOutcome.OtherDigest(String found) ->
          Problem.of(422, "the body has the SHA-256 " + found + ", not the one of its name");
      case WriteOutcome.NoRoom(String detail) -> Problem.unavailable(detail);
      case WriteOutcome.Unknowable(ReadOutcome why) -> refusal(why);
      case WriteOutcome.Unconfirmed(String detail, boolean mayTakeEffect) ->
          Problem.unavailable(detail).with(mayTakeEffect ? Effect.KEPT : Effect.NONE);
    };
  }

  /**
   * Returns the answer to a read that found no file.
   *
   * @throws IllegalStateException if it found one
   */
  public static Problem refusal(ReadOutcome outcome) {
    return switch (outcome) {
      case ReadOutcome.Absent _ -> Problem.of(404, "there is no file of this name");
      case ReadOutcome.Unavailable(String detail) -> Problem.unavailable(detail);
      case ReadOutcome.Nonsense(String detail) -> Problem.of(502, detail);
      case ReadOutcome.Damaged(String detail) -> Problem.of(502, detail);
      case ReadOutcome.Here here ->
          throw new IllegalStateException("there is an answer: " + here.content());
    };
  }
}
