package dev.holdfast.origin;

import static dev.holdfast.origin.OriginFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.fileserver.Trouble;
import dev.holdfast.testkit.Await;
import dev.holdfast.testkit.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the origin says of how the file server is. */
class OriginStateTest {
  @TempDir private Path data;
  private OriginFixture f;

  @BeforeEach
  void start() throws IOException {
    f = new OriginFixture(data);
  }

  @AfterEach
  void stop() {
    f.close();
  }

  @Test
  void state_whenNoPlaceIsFree_isBusy_andNotDown() throws Exception {
    var reads = f.hold(10);

    assertThat(failure(f.getWithin(50))).isInstanceOf(Failure.NotSent.class);
    assertThat(f.origin().state().word()).isEqualTo("busy");
    assertThat(f.origin().state().detail())
        .isEqualTo("all connections to the file server are in use");
    assertThat(f.failures("not_sent")).isEqualTo(1);

    f.release(reads);
    assertThat(f.origin().state()).isEqualTo(OriginState.UP);
  }

  @Test
  void state_ofAFailingServer_staysSoWhenNoPlaceIsFree() throws Exception {
    f.server().troubles().start(Trouble.ANSWER_500);
    f.get("a", (b, o, n) -> {});
    f.server().troubles().stopAll();
    var reads = f.hold(10);

    assertThat(failure(f.getWithin(50))).isInstanceOf(Failure.NotSent.class);
    assertThat(f.origin().state().word()).isEqualTo("failing");
    f.release(reads);
  }

  @Test
  void state_whileQuiet_isUnknown() throws Exception {
    f.replace(f.server().uri(), 60_000, 200, 600_000, 600_000);

    assertThat(failure(f.getWithin(10)).detail())
        .isEqualTo("requests of an earlier process may still be at the file server");
    assertThat(f.origin().state()).isEqualTo(OriginState.UNKNOWN);
  }

  @Test
  void state_ofAServerThatIsBack_isUp_thoughNobodyAsks() throws Exception {
    int port = FreePorts.one();
    f.replace(URI.create("http://127.0.0.1:" + port), 60_000, 10, 0, 20);
    f.get("a", (b, o, n) -> {});
    assertThat(f.origin().state().word()).isEqualTo("down");

    f.restartServer(c -> c.withPort(port));
    Await.until("it is seen as up", () -> f.origin().state().equals(OriginState.UP));
    assertThat(f.data()).isEmptyDirectory();
  }
}
