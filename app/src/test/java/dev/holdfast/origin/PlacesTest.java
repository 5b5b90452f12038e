package dev.holdfast.origin;

import static dev.holdfast.names.Names.stored;
import static dev.holdfast.names.Names.unchecked;
import static dev.holdfast.origin.OriginFixture.SOON;
import static dev.holdfast.origin.OriginFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.fileserver.Trouble;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.RawServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A request's place and turn: kept as long as it may run at the origin, and given back always. */
class PlacesTest {
  /** No stored name, and nothing that a request could be built of. */
  private static final String NO_URI = "a b";

  @TempDir private Path data;
  private OriginFixture f;

  @BeforeEach
  void start() throws IOException {
    f = new OriginFixture(data);
  }

  @AfterEach
  void stop() {
    f.close();
  }

  @Test
  void requestThatCannotBeBuilt_leaksNoPlace_andNoTurn() throws Exception {
    for (int i = 0; i < 11; i++) { // there are ten places
      assertThatThrownBy(() -> f.get(NO_URI, (b, o, n) -> {}))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> f.put(NO_URI, "body")).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> f.delete(NO_URI)).isInstanceOf(IllegalArgumentException.class);
    }
    assertNothingHeld(NO_URI);
  }

  @Test
  void requestUnderATurnThatHasPassedOn_leaksNoPlace() throws Exception {
    Turn passed = f.turn("a");
    passed.close();
    for (int i = 0; i < 11; i++) {
      assertThatThrownBy(() -> f.origin().get(passed, (b, o, n) -> {}, SOON))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> f.origin().delete(passed, SOON))
          .isInstanceOf(IllegalStateException.class);
    }
    assertNothingHeld("a");
  }

  @Test
  void sourceThatCannotBeOpened_orDoesNotKnowItsLength_leaksNoPlace() throws Exception {
    for (int i = 0; i < 11; i++) {
      assertThatThrownBy(() -> put(1, new IOException("gone"))).hasMessage("gone");
      assertThatThrownBy(() -> put(-1, null)).isInstanceOf(RuntimeException.class);
    }
    assertNothingHeld("a");
  }

  @Test
  void requestAfterClosing_leaksNoPlace() throws Exception {
    f.origin().close();
    assertThatThrownBy(() -> f.get("a", (b, o, n) -> {})).isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> f.put("a", "body")).isInstanceOf(RuntimeException.class);
    assertNothingHeld("a");
    assertThat(f.origin().hasCutOff()).as("nothing was sent").isFalse();
  }

  @Test
  void requestAfterOneWithoutAnAnswer_inTheSameTurn_isNotSentBeforeThatIsOver() throws Exception {
    f.replace(f.server().uri(), 50, 600_000); // gives up after 50 ms of silence
    f.server().troubles().start(Trouble.HANG);
    try (Turn turn = f.turn("a")) {
      assertThat(turn.quietNanos()).isEmpty();
      assertThat(failure(f.origin().get(turn, (b, o, n) -> {}, SOON)))
          .isInstanceOf(Failure.NoAnswer.class);
      assertThat(turn.quietNanos()).isPresent();

      Deadline atOnce = Deadline.inMs(20);
      assertThat(failure(f.origin().get(turn, (b, o, n) -> {}, atOnce)))
          .isInstanceOf(Failure.NotSent.class)
          .extracting(Failure::detail)
          .isEqualTo("an earlier request for this file may still be at the file server");
      assertThat(failure(f.origin().delete(turn, atOnce))).isInstanceOf(Failure.NotSent.class);
    }
    Await.until("the first is there", () -> f.server().counts().requestsTotal() > 0);
    assertThat(f.server().counts().requestsTotal()).isEqualTo(1);
    assertThat(f.origin().inProgress()).as("waiting takes no place").isEqualTo(1);
    f.server().troubles().stopAll();
  }

  @Test
  void requestAfterOneWithoutAnAnswer_inTheSameTurn_isSentWhenThatIsOver() throws Exception {
    var sent = new AtomicLong();
    f.replace(f.server().uri(), 300, 700);
    Runnable _ = f.origin().onAnswer((openedNanos, sentNanos) -> sent.set(sentNanos));
    f.server().troubles().start(Trouble.HANG);
    try (Turn turn = f.turn("a")) {
      f.origin().get(turn, (b, o, n) -> {}, SOON);
      long quiet = turn.quietNanos().orElseThrow();
      f.server().troubles().stopAll();

      assertThat(f.origin().delete(turn, SOON)).isInstanceOf(ChangeOutcome.Confirmed.class);
      assertThat(sent.get() - quiet).isNotNegative();
      assertThat(turn.quietNanos()).as("nothing new").hasValue(quiet);
    }
    assertThat(f.server().counts().overlaps()).isZero();
  }

  @Test
  void requestThatOnlyAGatewayAnswered_keepsItsPlaceAndTurn() throws Exception {
    for (String status : new String[] {"502 Bad Gateway", "504 Gateway Timeout"}) {
      try (var raw =
          new RawServer(
              (client, connection) -> {
                client.request();
                client.send("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n");
              })) {
        f.replace(raw.uri(), 60_000, 600_000);
        try (Turn turn = f.turn("a")) {
          assertThat(failure(f.origin().get(turn, (b, o, n) -> {}, SOON)))
              .isInstanceOf(Failure.Nonsense.class);
          assertThat(turn.quietNanos()).isPresent();
        }
        assertThat(f.origin().inProgress()).isEqualTo(1);
        assertThat(f.origin().turn(stored("a"), Deadline.inMs(1))).isEmpty();
      }
    }
  }

  private void assertNothingHeld(String file) throws Exception {
    Await.until("no place is held", () -> f.origin().inProgress() == 0);
    f.origin().turn(unchecked(file), Deadline.inMs(0)).orElseThrow().close();
  }

  private ChangeOutcome put(long length, IOException whenOpened) throws Exception {
    try (Turn turn = f.turn("a")) {
      return f.origin()
          .put(
              turn,
              new BodySource() {
                @Override
                public long length() {
                  if (length < 0) {
                    throw new IllegalStateException("unknown");
                  }
                  return length;
                }

                @Override
                public InputStream open() throws IOException {
                  if (whenOpened != null) {
                    throw whenOpened;
                  }
                  return new ByteArrayInputStream(new byte[(int) length]);
                }
              },
              SOON);
    }
  }
}
