package dev.holdfast.gatling;

import dev.holdfast.testkit.Bodies;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One name of the {@link Oracle}. It keeps the writes that a GET may still return, and no older
 * ones, so that a name that is written all the time needs little memory.
 *
 * <p>Threading: guarded by itself.
 */
final class Register {
  private static final long NOT_YET = Long.MAX_VALUE;

  private final String name;
  private final List<Write> writes = new ArrayList<>();
  private final Set<Read> reads = new HashSet<>();
  private int seqLast;

  Register(String name) {
    this.name = name;
    var nothing = new Write(this, OptionalInt.empty(), 0, 0, Long.MIN_VALUE);
    nothing.effectiveBy = Long.MIN_VALUE;
    writes.add(nothing);
  }

  /** A PUT or a DELETE. */
  static final class Write {
    private final Register register;
    private final OptionalInt seq;
    private final long writer;
    private final long length;
    private final long startNanos;

    /** The time by which it has surely taken effect. */
    private long effectiveBy = NOT_YET;

    private Write(Register register, OptionalInt seq, long writer, long length, long startNanos) {
      this.register = register;
      this.seq = seq;
      this.writer = writer;
      this.length = length;
      this.startNanos = startNanos;
    }

    Register register() {
      return register;
    }

    /** Returns the body of a PUT. */
    Bodies.Id body() {
      return Bodies.id(register.name, writer, seq.getAsInt(), length);
    }

    private boolean leaves(Seen seen) {
      return switch (seen) {
        case Seen.Body body -> seq.isPresent() && body.id().equals(body());
        case Seen.Absent _ -> seq.isEmpty();
        case Seen.Corrupt _ -> false;
      };
    }
  }

  /** A GET in progress. */
  static final class Read {
    private final Register register;
    private final long startNanos;

    private Read(Register register, long startNanos) {
      this.register = register;
      this.startNanos = startNanos;
    }

    Register register() {
      return register;
    }
  }

  synchronized Write put(long writer, long length, long now) {
    var write = new Write(this, OptionalInt.of(++seqLast), writer, length, now);
    writes.add(write);
    return write;
  }

  synchronized Write delete(long now) {
    var write = new Write(this, OptionalInt.empty(), 0, 0, now);
    writes.add(write);
    return write;
  }

  synchronized void acknowledged(Write write, long now) {
    write.effectiveBy = Math.min(write.effectiveBy, now);
    forget(now);
  }

  synchronized void refused(Write write) {
    writes.remove(write);
  }

  synchronized Read read(long now) {
    var read = new Read(this, now);
    reads.add(read);
    return read;
  }

  synchronized void givenUp(Read read) {
    reads.remove(read);
  }

  synchronized Optional<String> judge(Read read, Seen seen, long now) {
    reads.remove(read);
    if (seen instanceof Seen.Corrupt corrupt) {
      return Optional.of("torn or wrong: " + corrupt.reason());
    }
    long replacedBefore = replacedBefore(read.startNanos);
    List<Write> sources =
        writes.stream()
            .filter(write -> write.leaves(seen) && write.effectiveBy >= replacedBefore)
            .toList();
    if (sources.isEmpty()) {
      return Optional.of(explanation(seen));
    }
    if (sources.size() == 1) {
      Write source = sources.getFirst();
      source.effectiveBy = Math.min(source.effectiveBy, now);
    }
    return Optional.empty();
  }

  /** Returns how many writes a GET may still return, at most. */
  synchronized int remembered() {
    return writes.size();
  }

  private String explanation(Seen seen) {
    return switch (seen) {
      case Seen.Absent _ -> "stale: absent, although a file was acknowledged";
      case Seen.Body body when body.id().seq() > 0 && body.id().seq() <= seqLast ->
          "stale: " + body.id().text() + ", which was replaced before";
      case Seen.Body body -> "wrong: " + body.id().text() + ", which nobody wrote";
      case Seen.Corrupt corrupt -> corrupt.reason();
    };
  }

  /**
   * Returns a time before which all writes were replaced, for a GET that is sent at {@code now}: a
   * write that was sent later has taken effect as well.
   */
  private long replacedBefore(long now) {
    return writes.stream()
        .filter(write -> write.effectiveBy < now)
        .mapToLong(write -> write.startNanos)
        .max()
        .orElse(Long.MIN_VALUE);
  }

  /** Drops the writes that no GET, not even one in progress, may return any more. */
  private void forget(long now) {
    long earliest = reads.stream().mapToLong(read -> read.startNanos).min().orElse(now);
    long replacedBefore = replacedBefore(earliest);
    writes.removeIf(write -> write.effectiveBy < replacedBefore);
  }
}
