package dev.holdfast.system.cas;

import static dev.holdfast.system.cas.CasFixture.bytes;
import static dev.holdfast.system.cas.CasFixture.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.system.Api;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A blob whose bytes changed on the data volume. */
final class CasDamageTest {
  @TempDir Path directory;
  private CasFixture f;

  @BeforeEach
  void start() throws Exception {
    f = CasFixture.start(directory);
  }

  @AfterEach
  void stop() {
    f.close();
  }

  @Test
  void flippedBit_isNeverContent() throws Exception {
    String digest = damaged("some bytes that matter");

    assertThat(Api.problem(f.get(digest), 502)).contains("other bytes");
    assertThat(f.front().get("cas-" + digest).status()).isEqualTo(502);
    assertThat(f.published("cas-" + digest)).doesNotExist();
    assertThat(f.meter("holdfast_fetches_dropped_total{reason=\"digest\"}")).isEqualTo(4);
    assertThat(f.meter("holdfast_store_load_errors_total{store=\"cas\"}")).isEqualTo(2);
    assertThat(f.meter("holdfast_damaged")).isEqualTo(1);
    assertThat(status(f.ownerOf(digest)).at("/damaged/cas-" + digest).asText()).contains("SHA-256");
  }

  @Test
  void put_mendsIt() throws Exception {
    String digest = damaged("some bytes that matter");
    assertThat(f.get(digest).status()).isEqualTo(502);

    f.given("some bytes that matter");
    assertThat(f.get(digest).text()).isEqualTo("some bytes that matter");
    f.facts.awaitSettled();
    assertThat(f.atOrigin(digest)).hasContent("some bytes that matter");
    assertThat(f.meter("holdfast_damaged")).isZero();
    assertThat(status(f.ownerOf(digest)).get("damaged")).isEmpty();
  }

  /** The copy here is served, so a PUT of the blob finds it there. */
  @Test
  void putOfTheFile_mendsWhatIsPublished() throws Exception {
    String text = "some bytes that matter";
    String digest = f.given(text);
    f.facts.awaitSettled();
    Files.writeString(f.atOrigin(digest), "other bytes");

    assertThat(f.put(digest, bytes(text)).status()).isEqualTo(200);
    f.facts.awaitSettled();
    assertThat(f.atOrigin(digest)).hasContent("other bytes");
    assertThat(f.front().put("cas-" + digest, "others").status()).isEqualTo(422);
    assertThat(f.front().put("cas-" + digest, text).status()).isEqualTo(201);
    f.facts.awaitSettled();
    assertThat(f.atOrigin(digest)).hasContent(text);
  }

  @Test
  void repairAtTheFileServer_isSeen() throws Exception {
    String digest = damaged("some bytes that matter");
    assertThat(f.get(digest).status()).isEqualTo(502);

    Files.writeString(f.atOrigin(digest), "some bytes that matter");
    assertThat(f.get(digest).text()).isEqualTo("some bytes that matter");
    assertThat(f.meter("holdfast_damaged")).isZero();
  }

  /** Puts a blob and flips a bit of it at the file servers. */
  private String damaged(String text) throws Exception {
    byte[] body = bytes(text);
    String digest = sha256(body);
    body[3] ^= 1;
    Files.write(f.atOrigin(digest), body);
    return digest;
  }

  private JsonNode status(int sidecar) throws Exception {
    return new ObjectMapper().readTree(f.sidecar(sidecar).ask("GET", "/status").text());
  }
}
