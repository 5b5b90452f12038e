package dev.holdfast.gatling;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Bodies;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class UnchangedTest {
  private static final byte[] NOTHING = {};
  private static final byte[] OURS = Bodies.make(Bodies.id("a", 7, 3, 1_000));
  private static final byte[] THEIRS = "anything".getBytes(US_ASCII);

  private final Unchanged file = new Unchanged("a");

  @Test
  void sameBytes_areRight() {
    assertThat(get(200, OURS)).isEmpty();
    assertThat(get(200, OURS.clone())).isEmpty();
  }

  @Test
  void bytesOfOthers_areRightAsLongAsTheyStay() {
    assertThat(get(200, THEIRS)).isEmpty();
    assertThat(get(200, THEIRS.clone())).isEmpty();
    assertInvalid(get(200, new byte[THEIRS.length]));
    assertInvalid(get(200, NOTHING));
    assertThat(get(200, THEIRS)).isEmpty();
  }

  @Test
  void anotherWholeBody_isInvalid() {
    assertThat(get(200, OURS)).isEmpty();
    assertInvalid(get(200, Bodies.make(Bodies.id("a", 7, 4, 1_000))));
  }

  @Test
  void firstOfAll_ofAnotherNameOrTorn_isInvalid() {
    assertInvalid(get(200, Bodies.make(Bodies.id("b", 7, 3, 1_000))));
    assertInvalid(get(200, Arrays.copyOf(OURS, 900)));
    // Later answers need not equal a wrong one.
    assertThat(get(200, OURS)).isEmpty();
  }

  @Test
  void absent_isInvalidOnlyAfterItWasRead() {
    assertThat(get(404, NOTHING)).contains(new Expectation.Complaint("status 404", false));
    assertThat(get(200, THEIRS)).isEmpty();
    assertInvalid(get(404, NOTHING));
  }

  @Test
  void serverError_isNoInvalidData() {
    assertThat(get(200, THEIRS)).isEmpty();
    assertThat(get(500, NOTHING)).contains(new Expectation.Complaint("status 500", false));
  }

  private Optional<Expectation.Complaint> get(int status, byte[] body) {
    return file.expectation().judge(status, body);
  }

  private static void assertInvalid(Optional<Expectation.Complaint> complaint) {
    assertThat(complaint).get().matches(Expectation.Complaint::invalidData);
  }
}
