package dev.holdfast.system.ring;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.names.Ring;
import dev.holdfast.system.nginx.NginxFixture;
import dev.holdfast.system.nginx.StubSidecar;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares {@link Ring} with a real nginx: both name the same server for every key. */
final class RingNginxTest {
  private static final int RANDOM_NAMES = 2_000;
  private static final HexFormat HEX = HexFormat.of();

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5})
  void bothNameTheSameServer(int servers) throws IOException {
    long seed = System.nanoTime();
    try (var nginx = NginxFixture.start(directory, servers)) {
      for (StubSidecar sidecar : nginx.sidecars()) {
        sidecar.on(StubSidecar.answering("200 OK", sidecar.address()));
      }
      var ring = Ring.of(nginx.sidecars().stream().map(StubSidecar::address).toList());
      try (var client = NginxFixture.connect(nginx.port())) {
        for (byte[] name : names(new Random(seed))) {
          client.request("PUT", NginxFixture.PREFIX + encoded(name));
          assertThat(client.response().text())
              .as("owner of %s, seed %d", encoded(name), seed)
              .isEqualTo(ring.owner(key(name)));
        }
      }
    }
  }

  private static List<byte[]> names(Random random) {
    var names = new ArrayList<byte[]>();
    for (String name :
        List.of(
            "a", "two words", "a/b", "a//b/", "/", "\u00e9\u4e2d\ud83d\ude00", "%41", "a?b#c")) {
      names.add(name.getBytes(UTF_8));
    }
    for (int i = 0; i < RANDOM_NAMES; i++) {
      names.add(letters(random));
      names.add(bytes(random));
    }
    return names;
  }

  private static byte[] letters(Random random) {
    return random
        .ints(15, 'a', 'z' + 1)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString()
        .getBytes(UTF_8);
  }

  /**
   * Returns any bytes, most of them not UTF-8, without zero bytes and dots, which nginx refuses.
   */
  private static byte[] bytes(Random random) {
    var name = new byte[1 + random.nextInt(64)];
    for (int i = 0; i < name.length; i++) {
      do {
        name[i] = (byte) random.nextInt(256);
      } while (name[i] == 0 || name[i] == '.');
    }
    return name;
  }

  private static String encoded(byte[] name) {
    var encoded = new StringBuilder();
    for (byte b : name) {
      boolean plain = b >= 'a' && b <= 'z';
      encoded.append(plain ? String.valueOf((char) b) : "%" + HEX.toHexDigits(b));
    }
    return encoded.toString();
  }

  private static byte[] key(byte[] name) {
    var key = new ByteArrayOutputStream();
    key.writeBytes(NginxFixture.PREFIX.getBytes(ISO_8859_1));
    key.writeBytes(name);
    return key.toByteArray();
  }
}
