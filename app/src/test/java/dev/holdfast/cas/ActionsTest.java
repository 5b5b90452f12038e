package dev.holdfast.cas;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.holdfast.streams.BoundedStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Digests in messages that are written by the numbers of Bazel's protocol. */
final class ActionsTest {
  private static final int MOST = 100;
  private static final Digest A = digest('a');
  private static final Digest B = digest('b');
  private static final Digest C = digest('c');
  private static final Digest D = digest('d');

  @Test
  void result_namesFilesTreesAndOutputs() throws Exception {
    byte[] result =
        message(
            field(2, message(field(1, "out/a".getBytes(US_ASCII)), field(2, digestMessage(A)))),
            field(3, message(field(1, "out".getBytes(US_ASCII)), field(3, digestMessage(B)))),
            number(4, 1),
            field(5, "raw".getBytes(US_ASCII)),
            field(6, digestMessage(C)),
            field(8, digestMessage(D)),
            field(9, new byte[] {1, 2, 3}));

    assertThat(result(result).blobs()).containsExactlyInAnyOrder(A, C, D);
    assertThat(result(result).trees()).containsExactly(B);
  }

  @Test
  void file_whoseContentsAreInlined_neednotBeThere() throws Exception {
    byte[] result = message(field(2, message(field(2, digestMessage(A)), field(5, new byte[3]))));
    assertThat(result(result).blobs()).isEmpty();
    byte[] empty = message(field(2, message(field(2, digestMessage(A)), field(5, new byte[0]))));
    assertThat(result(empty).blobs()).containsExactly(A);
  }

  @Test
  void tree_namesTheFilesOfAllItsDirectories() throws Exception {
    byte[] root = message(field(1, message(field(1, new byte[1]), field(2, digestMessage(A)))));
    byte[] child =
        message(
            field(
                2, message(field(2, digestMessage(B)))), // a directory, which is in the tree itself
            field(1, message(field(2, digestMessage(C)))));
    assertThat(tree(message(field(1, root), field(2, child)))).containsExactlyInAnyOrder(A, C);
    assertThatThrownBy(() -> tree(new byte[] {0x0a, 0x7f}))
        .isInstanceOf(InvalidProtocolBufferException.class);
  }

  @Test
  void namesBeyondTheBound_areNotRead() throws Exception {
    byte[] file = message(field(2, message(field(2, digestMessage(A)))));
    byte[] other = message(field(2, message(field(2, digestMessage(B)))));
    byte[] many = new byte[2 * file.length + other.length];
    System.arraycopy(file, 0, many, 0, file.length);
    System.arraycopy(file, 0, many, file.length, file.length);
    assertThat(Actions.ofResult(new ByteArrayInputStream(many, 0, 2 * file.length), 1).blobs())
        .containsExactly(A);
    System.arraycopy(other, 0, many, 2 * file.length, other.length);
    assertThatThrownBy(() -> Actions.ofResult(new ByteArrayInputStream(many), 1))
        .isInstanceOf(Actions.TooMuchException.class)
        .hasMessageContaining("more blobs than");
  }

  @Test
  void messageThatEndsEarly_isAnError() throws Exception {
    byte[] result = message(field(2, message(field(2, digestMessage(A)))));
    var cut = BoundedStream.exactly(new ByteArrayInputStream(result), result.length + 1);
    assertThatThrownBy(() -> Actions.ofResult(cut, MOST)).hasMessageContaining("1 bytes early");
  }

  @Test
  void whatIsNoResult_namesNothing() throws Exception {
    assertThat(result(new byte[0]).blobs()).isEmpty();
    assertThat(result("cCaC compiled".getBytes(US_ASCII))).isNotNull();
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      var bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      assertThat(result(bytes).blobs()).isEmpty();
    }
  }

  private static Actions.Named result(byte[] message) throws IOException {
    return Actions.ofResult(new ByteArrayInputStream(message), MOST);
  }

  private static Set<Digest> tree(byte[] message) throws IOException {
    var found = new Actions.Found(MOST, Set.of());
    Actions.ofTree(new ByteArrayInputStream(message), found);
    return found.all();
  }

  static byte[] digestMessage(Digest digest) throws IOException {
    return message(field(1, digest.hex().getBytes(US_ASCII)), number(2, 5));
  }

  /** A part of a message. */
  interface Field {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  static Field field(int number, byte[] value) {
    return out -> out.writeByteArray(number, value);
  }

  static Field number(int number, int value) {
    return out -> out.writeInt32(number, value);
  }

  static byte[] message(Field... fields) throws IOException {
    var bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    for (Field field : fields) {
      field.writeTo(out);
    }
    out.flush();
    return bytes.toByteArray();
  }

  private static Digest digest(char digit) {
    return new Digest(String.valueOf(digit).repeat(64));
  }
}
