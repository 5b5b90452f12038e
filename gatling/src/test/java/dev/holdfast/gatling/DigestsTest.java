package dev.holdfast.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testkit.Bodies;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DigestsTest {
  @ParameterizedTest
  @ValueSource(ints = {100, 8_192, 20_001})
  void writeTo_sameBytes(int length, @TempDir Path directory) throws Exception {
    Bodies.Id id = Bodies.id("load-a", 1, 1, length);
    Path file = directory.resolve("body");

    String sha1 = Digests.writeTo(file, id);

    assertThat(Files.readAllBytes(file)).isEqualTo(Bodies.make(id));
    assertThat(sha1)
        .isEqualTo(
            HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(Bodies.make(id))));
  }
}
