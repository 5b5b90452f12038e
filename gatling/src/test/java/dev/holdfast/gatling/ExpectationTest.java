package dev.holdfast.gatling;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Bodies;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ExpectationTest {
  private static final String NAME = "load-a";
  private static final byte[] NOTHING = {};

  private final AtomicLong now = new AtomicLong();
  private final Oracle oracle = new Oracle(now::incrementAndGet);
  private final Register.Write put = oracle.put(NAME, 1, 1_000);

  @Test
  void put_acknowledged_hasToBeReadFromThenOn() {
    assertThat(Expectation.acknowledged(oracle, put).judge(201, NOTHING)).isEmpty();

    assertThat(get(200, Bodies.make(put.body()))).isEmpty();
    assertThat(get(404, NOTHING)).get().matches(Expectation.Complaint::invalidData);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 412, 413, 429})
  void put_refused_isAFailureAndNeverRead(int status) {
    assertThat(Expectation.acknowledged(oracle, put).judge(status, NOTHING))
        .contains(new Expectation.Complaint("status " + status, false));

    assertThat(get(404, NOTHING)).isEmpty();
    assertThat(get(200, Bodies.make(put.body()))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 408, 500, 503})
  void put_endUnknown_isAFailureAndMayBeRead(int status) {
    assertThat(Expectation.acknowledged(oracle, put).judge(status, NOTHING))
        .contains(new Expectation.Complaint("status " + status, false));

    assertThat(get(404, NOTHING)).isEmpty();
    assertThat(get(200, Bodies.make(put.body()))).isEmpty();
  }

  @Test
  void get_serverError_isNoInvalidData() {
    assertThat(get(500, NOTHING)).contains(new Expectation.Complaint("status 500", false));
  }

  @Test
  void get_errorTextUnder200_isInvalidData() {
    assertThat(get(200, NAME.getBytes(US_ASCII))).get().matches(Expectation.Complaint::invalidData);
  }

  @Test
  void exactly_otherBytes_isInvalidDataAndAnotherStatusIsNot() {
    Expectation expectation = Expectation.exactly(200, new byte[] {1});

    assertThat(expectation.judge(200, new byte[] {1})).isEmpty();
    assertThat(expectation.judge(200, new byte[] {2}))
        .get()
        .matches(Expectation.Complaint::invalidData);
    assertThat(expectation.judge(503, new byte[] {2}))
        .contains(new Expectation.Complaint("status 503", false));
  }

  @Test
  void exactly_absent_isInvalidData() {
    assertThat(Expectation.exactly(206, new byte[] {1}).judge(404, NOTHING))
        .get()
        .matches(Expectation.Complaint::invalidData);
  }

  @Test
  void absent_onlyWhatIsThereIsInvalidData() {
    assertThat(Expectation.absent().judge(404, NOTHING)).isEmpty();
    assertThat(Expectation.absent().judge(200, new byte[] {1}))
        .get()
        .matches(Expectation.Complaint::invalidData);
    assertThat(Expectation.absent().judge(503, NOTHING))
        .contains(new Expectation.Complaint("status 503", false));
  }

  @Test
  void matching_onlyTheWholeBodyCounts() {
    Expectation expectation = Expectation.matching(Pattern.compile("[0-9]+"));

    assertThat(expectation.judge(200, "34".getBytes(US_ASCII))).isEmpty();
    assertThat(expectation.judge(200, "34!".getBytes(US_ASCII)))
        .get()
        .matches(Expectation.Complaint::invalidData);
    assertThat(expectation.judge(503, "34".getBytes(US_ASCII)))
        .contains(new Expectation.Complaint("status 503", false));
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 199, 300, 304, 404, 500})
  void success_anotherStatus_isAFailureAndNoInvalidData(int status) {
    assertThat(Expectation.success().judge(status, NOTHING))
        .contains(new Expectation.Complaint("status " + status, false));
    assertThat(Expectation.success().judge(204, NOTHING)).isEmpty();
  }

  private Optional<Expectation.Complaint> get(int status, byte[] body) {
    return Expectation.current(oracle, oracle.read(NAME), bytes -> Seen.of(NAME, bytes))
        .judge(status, body);
  }
}
