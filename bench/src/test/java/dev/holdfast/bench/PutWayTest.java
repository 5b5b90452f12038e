package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PutWayTest {
  private static final int LOG_BYTES = 1 << 20;

  @TempDir Path dir;

  @ParameterizedTest
  @EnumSource(value = PutWay.class, names = "LOG_ALONE", mode = EnumSource.Mode.EXCLUDE)
  void put_publishesTheBody(PutWay way) throws IOException {
    try (var to = new PutDirectories(dir, LOG_BYTES)) {
      way.put(to, List.of("one", "two"), "body".getBytes(StandardCharsets.US_ASCII));

      assertThat(to.published("one")).hasContent("body");
      assertThat(to.published("two")).hasContent("body");
    }
  }

  @ParameterizedTest
  @EnumSource(value = PutWay.class, names = "LOG.*", mode = EnumSource.Mode.MATCH_ALL)
  void put_ofALog_hasTheBodyThere(PutWay way) throws IOException {
    try (var to = new PutDirectories(dir, LOG_BYTES)) {
      way.put(to, List.of("one", "two"), "body".getBytes(StandardCharsets.US_ASCII));
    }

    assertThat(Files.readString(dir.resolve("log"), StandardCharsets.ISO_8859_1))
        .contains("onebody")
        .contains("twobody");
  }

  @Test
  void append_beginsAnewWhenFull() throws IOException {
    try (var to = new PutDirectories(dir, LOG_BYTES)) {
      var half = new byte[LOG_BYTES / 2];
      half[0] = 'x';
      for (String name : List.of("one", "two", "three")) {
        to.log().append(name, half);
      }
    }

    assertThat(dir.resolve("log")).hasSize(LOG_BYTES);
    assertThat(Files.readString(dir.resolve("log"), StandardCharsets.ISO_8859_1))
        .contains("threex")
        .doesNotContain("onex");
  }

  @Test
  void kernelThreads_areFound() throws IOException {
    assertThat(KernelThreads.nanos()).isNotNegative();
  }
}
