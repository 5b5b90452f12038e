package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChallengeNameTest {
  private static final byte[] FIRST = {1};
  private static final byte[] SECOND = {2};
  private static final byte[] THIRD = {3};

  private final ChallengeName name = new ChallengeName("name");

  @Test
  void isRight_whilePutRuns_bothBodies() {
    put(FIRST);
    name.putSent(SECOND);

    assertThat(name.isRight(name.readSent(), FIRST)).isTrue();
    assertThat(name.isRight(name.readSent(), SECOND)).isTrue();
  }

  @Test
  void isRight_oldBodyAfterNewOneWasSeen_isNot() {
    put(FIRST);
    name.putSent(SECOND);
    assertThat(name.isRight(name.readSent(), SECOND)).isTrue();

    assertThat(name.isRight(name.readSent(), FIRST)).isFalse();
  }

  @Test
  void isRight_replacedBeforeItWasSent_isNot() {
    put(FIRST);
    put(SECOND);

    assertThat(name.isRight(name.readSent(), FIRST)).isFalse();
  }

  @Test
  void isRight_replacedWhileItRan_is() {
    put(FIRST);
    int early = name.readSent();
    int later = name.readSent();
    put(SECOND);
    put(THIRD);

    assertThat(name.isRight(early, SECOND)).isTrue();
    assertThat(name.isRight(later, FIRST)).isTrue();
    assertThat(name.isRight(name.readSent(), THIRD)).isTrue();
  }

  @Test
  void isAbsenceRight_onlyOnceADeleteWasSent() {
    put(FIRST);
    name.readSent();
    assertThat(name.isAbsenceRight()).isFalse();

    name.readSent();
    name.deleteSent();
    assertThat(name.isAbsenceRight()).isTrue();
  }

  private void put(byte[] body) {
    name.putSent(body);
    name.putAcknowledged();
  }
}
