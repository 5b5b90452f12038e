package dev.holdfast.counters.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.LocalDisk;
import dev.holdfast.disk.NewFile;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import dev.holdfast.testkit.RawResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An actor whose disk fails, as its clients see it. */
class CounterDiskTest {
  @TempDir private Path directory;
  private final FailingDisk disk = new FailingDisk();

  @ParameterizedTest
  @CsvSource({"/counter/a,5", "/counters,{\"a\": 5}"})
  void increment_whoseForceFails_is500_andIsNotToBeRepeated(String target, String body)
      throws Exception {
    try (LiveActor actor = start()) {
      assertThat(actor.post("/counter/a", "1").status()).isEqualTo(200);
      disk.isFailing = true;
      RawResponse answer = actor.post(target, body);
      assertThat(answer.status()).as(answer.text()).isEqualTo(500);
      assertThat(answer.header("Retry-After")).isEmpty();
      assertThat(answer.onlyHeader("Content-Type")).isEqualTo("application/problem+json");
      assertThat(answer.text()).contains("the disk failed").doesNotContain("nothing was changed");
      assertThat(actor.get("/counter/a/value").text()).isEqualTo("1");
      disk.isFailing = false;
      Await.until("it counts again", () -> actor.post("/counter/b", "2").status() == 200);
      assertThat(actor.get("/counter/b/value").text()).isEqualTo("2");
    }
  }

  @Test
  void configuration_whoseForceFails_is500_andOneThatIsNotWrittenIs503() throws Exception {
    try (LiveActor actor = start()) {
      disk.isFailing = true;
      RawResponse answer = actor.post("/config", "{\"actors\": [\"" + actor.address() + "\"]}");
      assertThat(answer.status()).as(answer.text()).isEqualTo(500);
      assertThat(answer.header("Retry-After")).isEmpty();
      assertThat(answer.text()).contains("the disk failed");
      RawResponse next = actor.post("/config", "{\"actors\": [\"" + actor.address() + "\"]}");
      assertThat(next.status()).as(next.text()).isEqualTo(503);
      assertThat(next.onlyHeader("Retry-After")).isEqualTo("1");
      assertThat(next.text()).contains("nothing was changed");
    }
  }

  private LiveActor start() throws IOException {
    return LiveActor.start(
        FreePorts.one(),
        directory,
        disk,
        actor -> new CounterRoutes(actor, CountersConfig.DEFAULT));
  }

  /** Takes bytes, and fails to force them. */
  private static final class FailingDisk extends ForwardingDisk {
    private volatile boolean isFailing;

    FailingDisk() {
      super(new LocalDisk());
    }

    @Override
    public NewFile create(Path file) throws IOException {
      NewFile created = super.create(file);
      return new NewFile() {
        @Override
        public void write(ByteBuffer bytes) throws IOException {
          created.write(bytes);
        }

        @Override
        public void setModified(long seconds) throws IOException {
          created.setModified(seconds);
        }

        @Override
        public void force() throws IOException {
          if (isFailing) {
            throw new IOException("planted");
          }
          created.force();
        }

        @Override
        public void close() throws IOException {
          created.close();
        }
      };
    }
  }
}
