package dev.holdfast.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.testkit.Effort;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Forms that come in pieces of any size. */
@Tag("long")
final class MultipartBodyTest {
  private static final String TYPE = "multipart/form-data; boundary=\"cut\"";

  private record Part(String name, Optional<String> fileName, String body) {}

  /** Bodies of line ends, dashes and parts of the boundary come in pieces of all sizes. */
  @Test
  void parts_areTheSame_howeverTheyCome() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    String[] pieces = {
      "\r\n", "\r", "\n", "-", "--", "--cut", "\r\n--cu", "\r\n-", "x", "\0", "cut--"
    };
    for (int i = 0; i < Effort.of(2_000, 200_000); i++) {
      var sent = new ArrayList<Part>();
      var body = new StringBuilder(random.nextBoolean() ? "" : "preamble --cut\r\n--cu\r\n");
      for (int p = 1 + random.nextInt(4); p > 0; p--) {
        var text = new StringBuilder();
        for (int n = random.nextInt(20); n > 0; n--) {
          text.append(pieces[random.nextInt(pieces.length)]);
        }
        // A boundary ends the part, so a body with one cannot be sent.
        String plain = text.toString().replace("\r\n--cut", "");
        if (plain.startsWith("--cut") || plain.contains("\r\n--cut")) {
          continue;
        }
        Optional<String> fileName = random.nextBoolean() ? Optional.of("f " + p) : Optional.empty();
        sent.add(new Part("n" + p, fileName, plain));
        body.append("--cut" + " ".repeat(random.nextInt(3)))
            .append("\r\nContent-Disposition: form-data; name=n" + p);
        fileName.ifPresent(f -> body.append("; filename=\"" + f + "\""));
        body.append("\r\n\r\n" + plain + "\r\n");
      }
      if (!sent.isEmpty()) {
        assertThat(read(body + "--cut--\r\n", 1 + random.nextInt(40)).toString())
            .as("%s", i)
            .isEqualTo(sent.toString());
      }
    }
  }

  @Test
  void form_thatIsCut_isRefusedAtEveryByte() {
    String whole = "--cut\r\nContent-Disposition: form-data; name=a\r\n\r\nbody\r\n--cut--";
    for (int length = 0; length < whole.length(); length++) {
      String cut = whole.substring(0, length);
      assertThatThrownBy(() -> read(cut, 7))
          .as(cut)
          .isInstanceOfSatisfying(
              ProblemException.class, e -> assertThat(e.problem().status()).isEqualTo(400));
    }
  }

  @Test
  void partsThatFail_failTheForm() {
    String form = "--cut\r\nContent-Disposition: form-data; name=a\r\n\r\nbody\r\n--cut--";
    var full = new IOException("full");
    assertThatThrownBy(
            () ->
                MultipartBody.read(
                    TYPE,
                    new ByteArrayInputStream(form.getBytes(ISO_8859_1)),
                    10,
                    1000,
                    new MultipartBody.Parts() {
                      @Override
                      public void begin(String name, Optional<String> fileName) {}

                      @Override
                      public void write(byte[] bytes, int offset, int length) throws IOException {
                        throw full;
                      }
                    }))
        .isSameAs(full);
  }

  @Test
  void type_isRecognised() {
    assertThat(MultipartBody.isOne(TYPE)).isTrue();
    assertThat(MultipartBody.isOne("Multipart/Form-Data ; boundary=x")).isTrue();
    assertThat(MultipartBody.isOne("multipart/form-data")).isTrue();
    assertThat(MultipartBody.isOne("multipart/mixed; boundary=x")).isFalse();
    assertThat(MultipartBody.isOne("multipart/form-database")).isFalse();
    assertThat(MultipartBody.isOne(null)).isFalse();
  }

  private static List<Part> read(String body, int pieceBytes) throws IOException {
    var read = new ArrayList<Part>();
    var bytes = new ByteArrayOutputStream();
    var in =
        new ByteArrayInputStream(body.getBytes(ISO_8859_1)) {
          @Override
          public synchronized int read(byte[] into, int offset, int most) {
            return super.read(into, offset, Math.min(most, pieceBytes));
          }
        };
    MultipartBody.read(TYPE, (InputStream) in, 10, 100_000, collect(read, bytes));
    end(read, bytes);
    return read;
  }

  private static MultipartBody.Parts collect(List<Part> read, ByteArrayOutputStream bytes) {
    return new MultipartBody.Parts() {
      @Override
      public void begin(String name, Optional<String> fileName) {
        end(read, bytes);
        read.add(new Part(name, fileName, ""));
      }

      @Override
      public void write(byte[] from, int offset, int length) {
        bytes.write(from, offset, length);
      }
    };
  }

  private static void end(List<Part> read, ByteArrayOutputStream bytes) {
    if (!read.isEmpty()) {
      Part last = read.removeLast();
      read.add(new Part(last.name(), last.fileName(), bytes.toString(ISO_8859_1)));
    }
    bytes.reset();
  }
}
