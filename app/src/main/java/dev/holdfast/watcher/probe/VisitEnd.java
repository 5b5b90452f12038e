package dev.holdfast.watcher.probe;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How a visit ended. */
sealed interface VisitEnd {

  /** Gives the room of the body back, if there is one. */
  default void leave() {
    if (this instanceof Answered(Response response)) {
      response.body().leave();
    }
  }

  /** By an answer, whole or up to the bound. */
  record Answered(Response response) implements VisitEnd {}

  /**
   * By a failure.
   *
   * @param stage what the visit waited for
   */
  record Failed(Marks.Stage stage, Throwable cause) implements VisitEnd {}

  /**
   * An answer.
   *
   * @param code the status code
   * @param fields the fields of the head
   * @param protocol such as {@code HTTP/1.1}
   * @param body the body as it came, which has to leave its room
   * @param isTruncated true if there was more of it
   */
  record Response(
      int code, List<Outgoing.Field> fields, String protocol, BodyStore body, boolean isTruncated) {

    /** Returns the value of the first field of a name. */
    Optional<String> field(String name) {
      return fields.stream().filter(f -> f.is(name)).map(Outgoing.Field::value).findFirst();
    }

    /** Returns how the body is encoded, in lower case, or an empty text if it is not. */
    String encoding() {
      String encoding = field("Content-Encoding").orElse("").strip().toLowerCase(Locale.ROOT);
      return encoding.equals("identity") ? "" : encoding;
    }
  }
}
