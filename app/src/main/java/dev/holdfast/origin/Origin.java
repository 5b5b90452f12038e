package dev.holdfast.origin;

import dev.holdfast.metrics.Meters;
import dev.holdfast.names.StoredName;
import dev.holdfast.streams.BoundedStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.client5.http.classic.methods.HttpDelete;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPut;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One origin. Each method sends one request and returns when it is over at the latest; who cannot
 * wait that long runs it on a thread that can.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class Origin implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Origin.class);
  private static final String PATH = "/api/fileserver/";

  /** How often an origin that was not well, and that nobody asks, is asked. */
  private static final long CHECK_MS = 10_000;

  private final Deadline quietUntil;
  private final OriginConfig config;
  private final OriginMeters meters;
  private final Exchanges exchanges = new Exchanges();
  private final Sender sender;
  private final Permits permits;
  private final Turns turns = new Turns();
  private final String base;
  private final AtomicReference<OriginState> state = new AtomicReference<>(OriginState.UNKNOWN);

  /**
   * Opens an origin, and sends nothing yet.
   *
   * @param quietMs for how long no request is sent at first, in milliseconds, 0 or more: as long as
   *     those of an earlier process may still be running at the origin
   */
  public Origin(OriginConfig config, Meters meters, long quietMs) {
    this(config, new OriginMeters(meters), quietMs, CHECK_MS);
  }

  /**
   * The same, with another time between checks.
   *
   * @param checkMs how often an origin that was not well is asked, in milliseconds, 1 or more
   */
  Origin(OriginConfig config, OriginMeters meters, long quietMs, long checkMs) {
    this.quietUntil = Deadline.inMs(quietMs);
    this.config = config;
    this.meters = meters;
    this.sender = new Sender(config, exchanges);
    this.permits =
        new Permits(
            config.connectionsMax(),
            config.writesMax(),
            Math.min(config.writesMin(), config.writesMax()));
    String address = config.base().toString();
    this.base =
        (address.endsWith("/") ? address.substring(0, address.length() - 1) : address) + PATH;
    meters.originInProgress(permits::inUse);
    meters.originWaiting(permits::waiting);
    for (String word : OriginState.WORDS) {
      meters.originState(word, () -> state().word().equals(word) ? 1 : 0);
    }
    beginCounting();
    sender.repeat(this::check, checkMs);
  }

  private void beginCounting() {
    meters.originOutcome("GET", "found");
    meters.originOutcome("GET", "absent");
    meters.originOutcome("PUT", "confirmed");
    meters.originOutcome("DELETE", "confirmed");
    for (String method : List.of("GET", "PUT", "DELETE")) {
      Failure.KINDS.forEach(kind -> meters.originOutcome(method, kind));
    }
  }

  /**
   * Waits for the turn of a file.
   *
   * @return empty if the turn did not come before the deadline
   */
  public Optional<Turn> turn(StoredName name, Deadline deadline) throws InterruptedException {
    return turns.take(name, deadline);
  }

  /**
   * Asks for a file. The bytes in the sink count only if the outcome is {@link GetOutcome.Found}.
   *
   * @param patience for beginning, which waits for a place, and for the end of what was asked under
   *     this turn before and ended without an answer; a request that is under way is bounded by the
   *     configuration
   * @throws IOException if the sink did not take the bytes
   */
  public GetOutcome get(Turn turn, BodySink sink, Patience patience)
      throws IOException, InterruptedException {
    return get(turn, sink, permits::takeForRead, permits::releaseRead, patience);
  }

  /**
   * Does the same for a write that needs it to settle: it has the places of writes, so that however
   * many read, settling keeps its share.
   */
  public GetOutcome readBack(Turn turn, BodySink sink, Patience patience)
      throws IOException, InterruptedException {
    return get(turn, sink, permits::takeForWrite, permits::releaseWrite, patience);
  }

  private GetOutcome get(
      Turn turn, BodySink sink, Taking taking, Runnable givingBack, Patience patience)
      throws IOException, InterruptedException {
    return inPlace(
        "GET",
        turn,
        taking,
        givingBack,
        patience,
        GetOutcome.Failed::new,
        place ->
            counted(
                "GET",
                sender.send(
                    place,
                    new HttpGet(base + turn.name()),
                    config.transferMaxMs(config.bodyBytesMax()),
                    (answer, _) -> Answers.get(answer, turn.name(), sink, config.bodyBytesMax()),
                    GetOutcome.Failed::new)));
  }

  /**
   * Brings a file to the origin.
   *
   * @param patience for beginning, as in {@link #get}
   * @throws IOException if the source could not be read
   */
  public ChangeOutcome put(Turn turn, BodySource source, Patience patience)
      throws IOException, InterruptedException {
    return write("PUT", turn, patience, place -> put(place, source));
  }

  private ChangeOutcome put(Place place, BodySource source) throws IOException {
    long length = source.length();
    var request = new HttpPut(base + place.turn().name());
    // HttpClient would wait for the answer to a shorter body, and the server for the rest of it.
    try (InputStream body = BoundedStream.exactly(source.open(), length)) {
      request.setEntity(new InputStreamEntity(body, length, ContentType.APPLICATION_OCTET_STREAM));
      return sender.send(
          place, request, config.transferMaxMs(length), Answers::put, ChangeOutcome.Failed::new);
    }
  }

  /**
   * Deletes a file at the origin; one that is not there counts as deleted.
   *
   * @param patience for beginning, as in {@link #get}
   */
  public ChangeOutcome delete(Turn turn, Patience patience)
      throws IOException, InterruptedException {
    return write(
        "DELETE",
        turn,
        patience,
        place ->
            sender.send(
                place,
                new HttpDelete(base + turn.name()),
                config.transferMaxMs(0),
                Answers::delete,
                ChangeOutcome.Failed::new));
  }

  private ChangeOutcome write(
      String method, Turn turn, Patience patience, Sending<ChangeOutcome> sending)
      throws IOException, InterruptedException {
    return inPlace(
        method,
        turn,
        permits::takeForWrite,
        permits::releaseWrite,
        patience,
        ChangeOutcome.Failed::new,
        place -> counted(method, sending.send(place)));
  }

  /**
   * Has a listener told of every answer of the origin from now on; several are possible.
   *
   * @return what removes it again
   */
  public Runnable onAnswer(Answered listener) {
    return exchanges.add(listener);
  }

  /**
   * Asks the origin for a file that is never there, on any connection, and returns when that is
   * over, whatever came of it. The listeners of {@link #onAnswer} are told if there was an answer.
   *
   * @param deadline for beginning, as in {@link #get}
   */
  public void probe(Deadline deadline) throws InterruptedException {
    try (Turn turn = turn(StoredName.NOBODYS, deadline).orElse(null)) {
      if (turn != null) {
        GetOutcome _ = get(turn, (bytes, from, count) -> {}, deadline);
      }
    } catch (IOException | RuntimeException e) {
      // The next one may do better; if this is being closed, there is none.
      log.debug("the file server could not be asked how it is", e);
    }
  }

  /** How many requests are in progress at the origin, those included that nobody waits for. */
  public int inProgress() {
    return permits.inUse();
  }

  /** How the origin was when it was last asked; one that was not well is asked again by itself. */
  public OriginState state() {
    return state.get();
  }

  /** Returns true if closing cut off a request, which may go on at the origin. */
  public boolean hasCutOff() {
    return sender.hasCutOff();
  }

  /** Ends all requests in progress; what they were doing at the origin may go on there. */
  @Override
  public void close() {
    sender.close();
  }

  /** Takes one of the places at the origin. */
  private interface Taking {
    Permits.Answer take(Patience patience) throws InterruptedException;
  }

  /** Sends the request that has this place. */
  private interface Sending<T> {
    T send(Place place) throws IOException;
  }

  /** Sends a request when it has its place; whatever comes of it, the place is given back. */
  private <T> T inPlace(
      String method,
      Turn turn,
      Taking taking,
      Runnable givingBack,
      Patience patience,
      Sender.Failing<T> failing,
      Sending<T> sending)
      throws IOException, InterruptedException {
    try (var place = new Place(turn, sender::linger)) {
      Optional<Failure> notSent = awaitPlace(turn, taking, patience);
      if (notSent.isPresent()) {
        meters.originOutcome(method, notSent.get().kind()).increment();
        return failing.outcome(notSent.get());
      }
      place.taken(givingBack);
      return sending.send(place);
    }
  }

  /** Waits for a place; returns empty if it was taken, otherwise why nothing can be sent. */
  private Optional<Failure> awaitPlace(Turn turn, Taking taking, Patience patience)
      throws InterruptedException {
    if (!quietUntil.awaitUnless(patience.until())) {
      return notSent("requests of an earlier process may still be at the file server");
    }
    if (!turn.awaitQuiet(patience.until())) {
      return notSent("an earlier request for this file may still be at the file server");
    }
    Failure full = taking.take(patience).failure();
    if (full == null) {
      return Optional.empty();
    }
    state.updateAndGet(before -> before.whenFull(full));
    return Optional.of(full);
  }

  private static Optional<Failure> notSent(String detail) {
    return Optional.of(new Failure.NotSent(detail));
  }

  /** Has the origin asked, if it was not well and nobody asks it, or waits for it, now. */
  private void check() {
    if (state().mayHaveChanged() && permits.inUse() == 0 && permits.waiting() == 0) {
      Thread.ofVirtual().name("origin-check").start(this::ask);
    }
  }

  private void ask() {
    try {
      probe(Deadline.inMs(0));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private GetOutcome counted(String method, GetOutcome outcome) {
    switch (outcome) {
      case GetOutcome.Found _ -> succeeded(method, "found");
      case GetOutcome.Absent _ -> succeeded(method, "absent");
      case GetOutcome.Failed(Failure failure) -> failed(method, failure);
    }
    return outcome;
  }

  private ChangeOutcome counted(String method, ChangeOutcome outcome) {
    switch (outcome) {
      case ChangeOutcome.Confirmed _ -> succeeded(method, "confirmed");
      case ChangeOutcome.Failed(Failure failure) -> failed(method, failure);
    }
    return outcome;
  }

  private void succeeded(String method, String outcome) {
    meters.originOutcome(method, outcome).increment();
    state.set(OriginState.UP);
  }

  private void failed(String method, Failure failure) {
    meters.originOutcome(method, failure.kind()).increment();
    state.set(OriginState.after(failure));
  }
}
