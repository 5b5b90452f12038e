package dev.holdfast.gatling;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The expected answer to one request. */
interface Expectation {
  /**
   * The fault of an answer.
   *
   * @param invalidData true if it returned wrong bytes, or wrongly none
   */
  record Complaint(String text, boolean invalidData) {}

  /** Returns the complaint about this answer, or empty. Called once at most. */
  Optional<Complaint> judge(int status, byte[] body);

  /** Returns true if an answer with this status is checked against the oracle. */
  default boolean checks(int status) {
    return false;
  }

  /** Takes note that there was no answer. Called once, in place of {@link #judge}. */
  default void unanswered() {}

  /** Expects the acknowledgement of a PUT or DELETE that the oracle knows. */
  static Expectation acknowledged(Oracle oracle, Register.Write write) {
    return (status, _) -> {
      if (isSuccess(status)) {
        oracle.acknowledged(write);
        return Optional.empty();
      }
      // A server that answers this has not tried the write. After a 5xx or a time-out the end is
      // not known.
      if (status >= 400 && status < 500 && status != 408) {
        oracle.refused(write);
      }
      return Optional.of(unexpected(status));
    };
  }

  /**
   * Expects, for a GET that the oracle knows, 200 with a body that may be there, or 404 if the file
   * may be absent.
   *
   * @param identify identifies the bytes
   */
  static Expectation current(Oracle oracle, Register.Read read, Function<byte[], Seen> identify) {
    return new Expectation() {
      @Override
      public Optional<Complaint> judge(int status, byte[] body) {
        return switch (status) {
          case 200 -> judge(identify.apply(body));
          case 404 -> judge(new Seen.Absent());
          default -> {
            oracle.givenUp(read);
            yield Optional.of(unexpected(status));
          }
        };
      }

      private Optional<Complaint> judge(Seen seen) {
        return oracle.judge(read, seen).map(text -> new Complaint(text, true));
      }

      @Override
      public boolean checks(int status) {
        return status == 200 || status == 404;
      }

      @Override
      public void unanswered() {
        oracle.givenUp(read);
      }
    };
  }

  /**
   * Expects, for a PUT of a blob, 201, or 200 if it was there.
   *
   * @param acknowledged is run in both cases
   */
  static Expectation stored(Runnable acknowledged) {
    return (status, _) -> {
      if (status == 200 || status == 201) {
        acknowledged.run();
        return Optional.empty();
      }
      return Optional.of(unexpected(status));
    };
  }

  /** Expects one of these statuses, with any body. */
  static Expectation oneOf(Set<Integer> statuses) {
    return (status, _) ->
        statuses.contains(status) ? Optional.empty() : Optional.of(unexpected(status));
  }

  /** Expects a 2xx with a whole body that matches, as UTF-8. */
  static Expectation matching(Pattern pattern) {
    return new Expectation() {
      @Override
      public Optional<Complaint> judge(int status, byte[] body) {
        if (!checks(status)) {
          return Optional.of(unexpected(status));
        }
        return pattern.matcher(new String(body, UTF_8)).matches()
            ? Optional.empty()
            : Optional.of(new Complaint("wrong: it does not match " + pattern, true));
      }

      @Override
      public boolean checks(int status) {
        return isSuccess(status);
      }
    };
  }

  /** Expects any 2xx, with any body. */
  static Expectation success() {
    return (status, _) -> isSuccess(status) ? Optional.empty() : Optional.of(unexpected(status));
  }

  /** Expects 404, for a file that was deleted or never written. */
  static Expectation absent() {
    return new Expectation() {
      @Override
      public Optional<Complaint> judge(int status, byte[] body) {
        return switch (status) {
          case 404 -> Optional.empty();
          case 200 -> Optional.of(new Complaint("stale: it must not be there", true));
          default -> Optional.of(unexpected(status));
        };
      }

      @Override
      public boolean checks(int status) {
        return status == 200 || status == 404;
      }
    };
  }

  /** Expects this status with these bytes of an existing file. */
  static Expectation exactly(int expected, byte[] bytes) {
    return new Expectation() {
      @Override
      public Optional<Complaint> judge(int status, byte[] body) {
        if (status == 404) {
          return Optional.of(
              new Complaint("stale: absent, although a file was acknowledged", true));
        }
        if (status != expected) {
          return Optional.of(unexpected(status));
        }
        return Arrays.equals(bytes, body)
            ? Optional.empty()
            : Optional.of(new Complaint("other bytes than were written", true));
      }

      @Override
      public boolean checks(int status) {
        return status == expected || status == 404;
      }
    };
  }

  private static boolean isSuccess(int status) {
    return status >= 200 && status < 300;
  }

  /**
   * Expects 200 with bytes of this SHA-256, in hex: an acknowledged blob is never gone and never
   * differs.
   */
  static Expectation digest(String sha256) {
    return new Expectation() {
      @Override
      public Optional<Complaint> judge(int status, byte[] body) {
        return switch (status) {
          case 200 ->
              CasTraffic.sha256(body).equals(sha256)
                  ? Optional.empty()
                  : Optional.of(new Complaint("bytes with another digest", true));
          case 404 -> Optional.of(new Complaint("a blob that was put is not there", true));
          default -> Optional.of(unexpected(status));
        };
      }

      @Override
      public boolean checks(int status) {
        return status == 200 || status == 404;
      }
    };
  }

  private static Complaint unexpected(int status) {
    return new Complaint("status " + status, false);
  }
}
