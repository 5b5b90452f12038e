package dev.holdfast.origin;

import static dev.holdfast.origin.OriginFixture.SOON;
import static dev.holdfast.origin.OriginFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.fileserver.Trouble;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.RawServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the answers of the origin prove: that it has not been restarted in between. */
class AnsweredTest {
  @TempDir private Path data;
  private OriginFixture f;
  private final List<Answer> heard = new CopyOnWriteArrayList<>();

  private record Answer(long openedNanos, long sentNanos) {
    boolean isFirstOfItsConnection() {
      return openedNanos == sentNanos;
    }

    /** Whether it proves that a request sent at one moment was not lost until another. */
    boolean proves(long sent, long until) {
      return openedNanos - sent <= 0 && sentNanos - until > 0;
    }
  }

  @BeforeEach
  void start() throws IOException {
    f = new OriginFixture(data);
    listen();
  }

  @AfterEach
  void stop() {
    f.close();
  }

  @Test
  void answered_ofTheFirstRequestOfAConnection_openedAndSentAreOneMoment() throws Exception {
    long before = System.nanoTime();
    f.get("a", (b, o, n) -> {});
    long after = System.nanoTime();

    assertThat(heard).singleElement().matches(Answer::isFirstOfItsConnection);
    assertThat(heard.getFirst().openedNanos()).isBetween(before, after);
  }

  @Test
  void probe_onTheConnectionOfAConfirmedWrite_provesIt() throws Exception {
    long sent = ((ChangeOutcome.Confirmed) f.put("a", "body")).sentNanos();
    long confirmed = System.nanoTime();
    assertThat(heard).singleElement().matches(answer -> !answer.proves(sent, confirmed));

    f.origin().probe(SOON);

    assertThat(heard).hasSize(2);
    assertThat(heard.getLast()).matches(answer -> answer.proves(sent, confirmed));
  }

  @Test
  void probes_useAllConnectionsInTurn_soThatTheOldestOneProvesToo() throws Exception {
    long sent = ((ChangeOutcome.Confirmed) f.put("a", "body")).sentNanos();
    f.release(f.hold(2)); // the second is on a younger connection
    long until = System.nanoTime();

    f.origin().probe(SOON);
    f.origin().probe(SOON);

    assertThat(heard).filteredOn(answer -> answer.proves(sent, until)).hasSize(1);
    assertThat(f.server().counts().connectionsMax()).isEqualTo(2);
  }

  @Test
  void probe_afterTheServerWasRestarted_provesNothing() throws Exception {
    int port = FreePorts.one();
    f.restartServer(c -> c.withPort(port));
    f.replace(f.server().uri(), 60_000, 200);
    listen();
    long sent = ((ChangeOutcome.Confirmed) f.put("a", "body")).sentNanos();
    long confirmed = System.nanoTime();
    f.restartServer(c -> c.withPort(port));

    f.origin().probe(SOON);

    assertThat(heard).hasSize(2).noneMatch(answer -> answer.proves(sent, confirmed));
    assertThat(heard.getLast()).matches(Answer::isFirstOfItsConnection);
  }

  @Test
  void confirmed_sentNanos_isOfTheRequest_andNotOfItsCall() throws Exception {
    f.put("a", "body");
    try (Turn turn = f.turn("a")) {
      long called = System.nanoTime();
      ChangeOutcome outcome = f.origin().delete(turn, SOON);
      long sent = ((ChangeOutcome.Confirmed) outcome).sentNanos();
      assertThat(sent).isBetween(called, System.nanoTime());
      assertThat(heard.getLast().sentNanos()).isEqualTo(sent);
    }
  }

  @Test
  void answered_tellsOfErrorsToo_butNotOfFailures() throws Exception {
    f.server().troubles().start(Trouble.ANSWER_500);
    f.get("a", (b, o, n) -> {});
    assertThat(heard).hasSize(1);

    f.replace(URI.create("http://127.0.0.1:" + FreePorts.one()), 60_000, 200);
    listen();
    f.get("a", (b, o, n) -> {});
    f.origin().probe(SOON);
    assertThat(heard).hasSize(1);
  }

  @Test
  void listener_thatFails_failsNoRequest_andNoOtherListener() throws Exception {
    Runnable remove =
        f.origin()
            .onAnswer(
                (opened, sent) -> {
                  throw new IllegalStateException("not today");
                });
    listen();
    assertThat(f.put("a", "body")).isInstanceOf(ChangeOutcome.Confirmed.class);
    assertThat(heard).as("two that listen").hasSize(2);
    remove.run();
    assertThat(f.delete("a")).isInstanceOf(ChangeOutcome.Confirmed.class);
  }

  @Test
  void listener_thatIsRemoved_hearsNoMore() throws Exception {
    var told = new CopyOnWriteArrayList<Long>();
    Runnable remove = f.origin().onAnswer((opened, sent) -> told.add(sent));
    f.get("a", (b, o, n) -> {});
    assertThat(told).hasSize(1);

    remove.run();
    f.get("a", (b, o, n) -> {});
    assertThat(told).hasSize(1);
    assertThat(heard).as("the other listener").hasSize(2);
  }

  @Test
  void answer_thatCameBehindAnother_isNoAnswerToTheNextRequest() throws Exception {
    try (var raw =
        new RawServer(
            (client, connection) -> {
              while (true) {
                client.request();
                client.send(
                    connection == 1 ? RawServer.CREATED + RawServer.CREATED : RawServer.NOT_FOUND);
              }
            })) {
      f.replace(raw.uri(), 60_000, 200);
      listen();
      assertThat(f.put("a", "body")).isInstanceOf(ChangeOutcome.Confirmed.class);

      assertThat(f.get("a", (b, o, n) -> {})).isEqualTo(new GetOutcome.Absent());
      assertThat(heard).hasSize(2).allMatch(Answer::isFirstOfItsConnection);
    }
  }

  @Test
  void answer_thatCameOnAnIdleConnection_isNoAnswerToTheNextRequest() throws Exception {
    var idle = new CountDownLatch(1);
    var spoke = new CountDownLatch(1);
    try (var raw =
        new RawServer(
            (client, connection) -> {
              client.request();
              client.send(connection == 1 ? RawServer.CREATED : RawServer.NOT_FOUND);
              if (connection == 1) {
                idle.await();
                client.send(RawServer.CREATED); // on loopback it has arrived when this returns
                spoke.countDown();
              }
              client.request();
            })) {
      f.replace(raw.uri(), 60_000, 200);
      listen();
      assertThat(f.put("a", "body")).isInstanceOf(ChangeOutcome.Confirmed.class);
      idle.countDown();
      spoke.await();

      assertThat(f.get("a", (b, o, n) -> {})).isEqualTo(new GetOutcome.Absent());
      assertThat(heard).hasSize(2).allMatch(Answer::isFirstOfItsConnection);
    }
  }

  @Test
  void answer408_isNoProof_sinceItMayHaveComeUnasked() throws Exception {
    try (var raw =
        new RawServer(
            (client, connection) -> {
              client.request();
              client.send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
              client.request();
            })) {
      f.replace(raw.uri(), 60_000, 200);
      listen();
      assertThat(failure(f.put("a", "body"))).isInstanceOf(Failure.Nonsense.class);
      assertThat(heard).isEmpty();
    }
  }

  private void listen() {
    Runnable _ = f.origin().onAnswer((opened, sent) -> heard.add(new Answer(opened, sent)));
  }
}
