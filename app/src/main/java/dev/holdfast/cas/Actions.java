package dev.holdfast.cas;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The digests in the messages of Bazel's remote execution API
 * (build/bazel/remote/execution/v2/remote_execution.proto): read field by field, since few fields
 * of few messages matter.
 */
final class Actions {
  private Actions() {}

  /**
   * The blobs that an action's result names.
   *
   * @param blobs files and outputs
   * @param trees directories: blobs that name blobs themselves
   */
  record Named(Set<Digest> blobs, Set<Digest> trees) {}

  /** A message is more than is looked at. */
  static final class TooMuchException extends IOException {
    private static final long serialVersionUID = 1L;

    TooMuchException(String message) {
      super(message);
    }
  }

  /** Digests as they are found, up to a bound. */
  static final class Found {
    private final int most;
    private final Set<Digest> known;
    private final Set<Digest> all = new LinkedHashSet<>();

    /**
     * @param most how many digests there may be, 0 or more
     * @param known what is passed over
     */
    Found(int most, Set<Digest> known) {
      this.most = most;
      this.known = known;
    }

    Set<Digest> all() {
      return all;
    }

    private void add(Digest digest) throws TooMuchException {
      if (!known.contains(digest) && all.add(digest) && all.size() > most) {
        throw new TooMuchException("the action names more blobs than are looked at");
      }
    }
  }

  /** Takes the length-delimited fields of a message. */
  private interface Fields {
    void field(int number, CodedInputStream value) throws IOException;
  }

  /**
   * Returns the blobs that an {@code ActionResult} names. They are none if the message is no such
   * result, since other clients put others.
   *
   * @param most how many blobs it may name, and how many trees
   * @throws TooMuchException if it names more; the rest of it is not read
   * @throws IOException also if it cannot be read
   */
  static Named ofResult(InputStream message, int most) throws IOException {
    var blobs = new Found(most, Set.of());
    var trees = new Found(most, Set.of());
    try {
      read(
          CodedInputStream.newInstance(message),
          (number, value) -> {
            switch (number) {
              case 2 -> outputFile(value, blobs);
              case 3 -> only(3, value, trees);
              case 6, 8 -> digest(value, blobs::add);
              default -> {}
            }
          });
    } catch (InvalidProtocolBufferException e) {
      return new Named(Set.of(), Set.of());
    }
    return new Named(blobs.all(), trees.all());
  }

  /**
   * Adds the files that a {@code Tree} names.
   *
   * @throws InvalidProtocolBufferException if it is none
   * @throws TooMuchException if there are more than may be; the rest of it is not read
   * @throws IOException also if it cannot be read
   */
  static void ofTree(InputStream message, Found files) throws IOException {
    read(
        CodedInputStream.newInstance(message),
        (number, directory) -> {
          if (number == 1 || number == 2) {
            read(
                directory,
                (field, node) -> {
                  if (field == 1) {
                    only(2, node, files);
                  }
                });
          }
        });
  }

  /** A file whose contents are in the action itself need not be there. */
  private static void outputFile(CodedInputStream file, Found into) throws IOException {
    var named = new Digest[1]; // of a field that comes twice, the last one counts
    var inlined = new boolean[1];
    read(
        file,
        (number, value) -> {
          switch (number) {
            case 2 -> digest(value, digest -> named[0] = digest);
            case 5 -> inlined[0] = value.getBytesUntilLimit() > 0;
            default -> {}
          }
        });
    if (!inlined[0] && named[0] != null) {
      into.add(named[0]);
    }
  }

  private static void only(int wanted, CodedInputStream message, Found into) throws IOException {
    read(
        message,
        (number, value) -> {
          if (number == wanted) {
            digest(value, into::add);
          }
        });
  }

  /** Takes a digest. */
  private interface To {
    void add(Digest digest) throws IOException;
  }

  private static void digest(CodedInputStream message, To into) throws IOException {
    read(
        message,
        (number, value) -> {
          if (number == 1 && value.getBytesUntilLimit() == Digest.HEX_DIGITS) {
            byte[] hash = value.readRawBytes(Digest.HEX_DIGITS);
            Optional<Digest> digest = Digest.parse(new String(hash, ISO_8859_1));
            if (digest.isPresent()) {
              into.add(digest.get());
            }
          }
        });
  }

  /** Reads a message to the end of its input, or of the limit that is set there. */
  private static void read(CodedInputStream in, Fields fields) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        in.skipField(tag);
        continue;
      }
      int limit = in.pushLimit(in.readRawVarint32());
      fields.field(WireFormat.getTagFieldNumber(tag), in);
      in.skipRawBytes(in.getBytesUntilLimit());
      in.popLimit(limit);
    }
  }
}
