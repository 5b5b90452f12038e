package dev.holdfast.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OpenedTest {
  private final List<String> closed = new ArrayList<>();
  private final Opened opened = new Opened();

  @Test
  void close_isInTheOppositeOrder_andOnce() {
    opened.add(() -> closed.add("store"));
    opened.add(() -> closed.add("files"));

    opened.close();
    opened.close();

    assertThat(closed).containsExactly("files", "store");
  }

  @Test
  void close_partsThrow_theOthersAreClosed() {
    opened.add(() -> closed.add("store"));
    opened.add(() -> fail("files"));
    opened.add(() -> fail("http"));

    assertThatThrownBy(opened::close)
        .hasMessage("http")
        .satisfies(
            e -> assertThat(e.getSuppressed()).singleElement().hasToString(failure("files")));
    assertThat(closed).containsExactly("http", "files", "store");
  }

  @Test
  void handOver_theOneThatTakesClosesThem() {
    opened.add(() -> closed.add("store"));
    opened.add(() -> closed.add("files"));

    Opened taken = opened.handOver();
    opened.close();
    assertThat(closed).isEmpty();

    taken.close();
    assertThat(closed).containsExactly("files", "store");
  }

  private void fail(String part) {
    closed.add(part);
    throw new IllegalStateException(part);
  }

  private static String failure(String part) {
    return new IllegalStateException(part).toString();
  }
}
