package dev.holdfast.system.cas;

import static dev.holdfast.system.cas.CasFixture.bytes;
import static dev.holdfast.system.cas.CasFixture.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cas.CasConfig;
import dev.holdfast.files.FilesConfig;
import dev.holdfast.files.FilesConfig.Mode;
import dev.holdfast.fileserver.Trouble;
import dev.holdfast.staging.StagingLimits;
import dev.holdfast.system.Api;
import dev.holdfast.testkit.Await;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms with a part that is not stored. The answer names the effect on each part. */
final class CasPartsTest {
  private static final String FORM = "Content-Type: multipart/form-data; boundary=cut";
  private static final int OWNER = 0;
  private static final int OTHER = 1;
  private static final String NOTHING = "nothing was changed";
  private static final String REFUSED =
      "the parts before it are stored, it and the parts after it are not";
  private static final String KEPT =
      "the parts before it are stored, it is kept and may still be stored,"
          + " the parts after it are not";
  private static final String UNKNOWN =
      "the parts before it are stored, whether it is stored is not known,"
          + " the parts after it are not";

  @TempDir Path directory;
  private CasFixture f;
  private String stored;
  private String refused;

  @BeforeEach
  void start() throws Exception {
    var through =
        FilesConfig.DEFAULT
            .withMode(Mode.THROUGH)
            .withAnswerWithinMs(2_000)
            .withRetryFirstMs(20)
            .withRetryMaxMs(200)
            .withStopSettleMs(0);
    f = CasFixture.start(directory, CasConfig.DEFAULT, through, StagingLimits.DEFAULT);
    stored = ownedText("stored");
    refused = ownedText("refused");
    f.given(stored);
  }

  @AfterEach
  void stop() {
    f.close();
  }

  /** The sidecar that owns the part refuses it, or the one that would hand it over. */
  @ParameterizedTest
  @ValueSource(ints = {OWNER, OTHER})
  void partThatIsRefused(int sidecar) throws Exception {
    troubles(Trouble.ANSWER_429);
    assertSays(REFUSED, sidecar, stored, refused, "another");
    assertSays(NOTHING, sidecar, refused, "another");
    assertSays(NOTHING, sidecar, refused);
  }

  @ParameterizedTest
  @ValueSource(ints = {OWNER, OTHER})
  void partThatIsKept(int sidecar) throws Exception {
    troubles(Trouble.CUT_UPLOADS);
    assertSays(KEPT, sidecar, stored, refused, "another");
    String digest = sha256(bytes(refused));
    Await.until("it is shown", () -> f.get(digest).text().equals(refused));
  }

  @Test
  void firstPartThatIsKept() throws Exception {
    troubles(Trouble.CUT_UPLOADS);
    assertSays(KEPT, OWNER, refused, "another");
  }

  @Test
  void partWhoseOwnerIsDown() throws Exception {
    f.stopSidecar(OWNER);
    assertSays(UNKNOWN, OTHER, "", refused, "another");
  }

  private void troubles(Trouble trouble) {
    f.facts.standIns().forEach(standIn -> standIn.troubles().start(trouble));
  }

  private void assertSays(String effect, int sidecar, String... parts) throws Exception {
    var form = new StringBuilder();
    for (String part : parts) {
      form.append("--cut\r\nContent-Disposition: form-data; name=a\r\n\r\n")
          .append(part)
          .append("\r\n");
    }
    byte[] body = bytes(form + "--cut--\r\n");
    String detail =
        Api.problem(CasFixture.send(f.sidecar(sidecar), "POST", "/cas", body, FORM), 503);
    assertThat(detail).endsWith("; " + effect);
    for (String other : List.of(NOTHING, REFUSED, KEPT, UNKNOWN, "the write is kept")) {
      assertThat(detail.contains(other)).as(detail).isEqualTo(other.equals(effect));
    }
  }

  /** Returns the first text with this beginning that the owner owns. */
  private String ownedText(String beginning) throws Exception {
    for (int i = 0; ; i++) {
      String text = beginning + i;
      if (f.ownerOf(sha256(bytes(text))) == OWNER) {
        return text;
      }
    }
  }
}
