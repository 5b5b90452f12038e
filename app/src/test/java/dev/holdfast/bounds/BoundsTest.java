package dev.holdfast.bounds;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

/** A value on a bound is taken; one beyond it is refused, by the name of its component. */
class BoundsTest {
  @Test
  void atLeast_andOrMore() {
    Bounds.atLeast("waitMs", 1, 1);
    Bounds.orMore("waitMs", 1, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bounds.atLeast("waitMs", 0, 1))
        .withMessage("waitMs must be at least 1, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bounds.orMore("waitMs", 0, 1))
        .withMessage("waitMs must be 1 or more, not 0");
  }

  @Test
  void within() {
    Bounds.within("places", 1, 1, 10);
    Bounds.within("places", 10, 1, 10);
    for (int places : new int[] {0, 11}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Bounds.within("places", places, 1, 10))
          .withMessage("places must be 1 to 10, not " + places);
    }
  }

  @Test
  void address() {
    Bounds.address("localhost", 0);
    Bounds.address("127.0.0.1", 65_535);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bounds.address(" ", 80))
        .withMessage("host must be an address, not empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bounds.address("localhost", 65_536))
        .withMessage("port must be 0 to 65535, not 65536");
  }
}
