package dev.holdfast.watcher.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.watcher.Expectation;
import dev.holdfast.watcher.Expectation.Engine;
import dev.holdfast.watcher.Expectation.PagePattern;
import dev.holdfast.watcher.StatusSet;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BodyBufferTest {
  @Property
  void chunkBorders_changeNothing(
      @ForAll List<byte @Size(max = 300) []> chunks,
      @ForAll @IntRange(min = 0, max = 2_000) int bytesMax) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    BodyBuffer body = new BodyBuffer(bytesMax);
    for (byte[] chunk : chunks) {
      whole.writeBytes(chunk);
      ByteBuffer given = ByteBuffer.wrap(chunk);
      assertThat(body.add(given)).isEqualTo(whole.size() <= bytesMax);
      assertThat(given.hasRemaining()).isFalse();
    }
    int taken = Math.min(bytesMax, whole.size());
    assertThat(body.bytes()).isEqualTo(Arrays.copyOf(whole.toByteArray(), taken));
    assertThat(body.length()).isEqualTo(taken);
    assertThat(body.isTruncated()).isEqualTo(whole.size() > bytesMax);
  }

  /** A border may fall into a character, and into that which is sought. */
  @Property
  void chunkBorders_neverChangeWhatIsFound(@ForAll @IntRange(min = 1, max = 40) int chunkBytes)
      throws BadPatternException {
    PagePattern pattern = new PagePattern("größe: \\d+ €", Engine.RE2);
    PageSearch search =
        PageSearch.compile(
            new Expectation(StatusSet.SUCCESS, List.of(pattern), List.of(), List.of(), 0, 1000));
    byte[] page = "… die größe: 42 € …".getBytes(StandardCharsets.UTF_8);
    BodyBuffer body = new BodyBuffer(1_000);
    for (int from = 0; from < page.length; from += chunkBytes) {
      body.add(ByteBuffer.wrap(page, from, Math.min(chunkBytes, page.length - from)));
    }
    assertThat(search.search(body.bytes(), Optional.empty())).isEqualTo(new Finding.Found());
  }

  @Test
  void bound_isThatOfAnEndpoint() {
    assertThatThrownBy(() -> new BodyBuffer(Expectation.BODY_BYTES_LIMIT + 1))
        .hasMessageStartingWith("bytesMax must be");
  }
}
