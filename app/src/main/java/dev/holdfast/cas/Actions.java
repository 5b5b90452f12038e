package dev.holdfast.cas;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The digests in the messages of Bazel's remote execution API
 * (build/bazel/remote/execution/v2/remote_execution.proto): read field by field, since few fields
 * of few messages matter.
 */
final class Actions {
  private Actions() {}

  /**
   * What an action's result names.
   *
   * @param blobs files and outputs
   * @param trees directories: blobs that name blobs themselves
   */
  record Named(Set<Digest> blobs, Set<Digest> trees) {
    static final Named NOTHING = new Named(Set.of(), Set.of());
  }

  /** What takes the length-delimited fields of a message. */
  private interface Fields {
    void field(int number, CodedInputStream value) throws IOException;
  }

  /** What an {@code ActionResult} names; nothing if it is none, since other clients put others. */
  static Named ofResult(byte[] message) {
    var blobs = new LinkedHashSet<Digest>();
    var trees = new LinkedHashSet<Digest>();
    try {
      read(
          CodedInputStream.newInstance(message),
          (number, value) -> {
            switch (number) {
              case 2 -> outputFile(value, blobs);
              case 3 -> only(3, value, trees);
              case 6, 8 -> digest(value, blobs);
              default -> {}
            }
          });
    } catch (IOException e) {
      return Named.NOTHING;
    }
    return new Named(blobs, trees);
  }

  /**
   * The files that a {@code Tree} names.
   *
   * @throws IOException if it is none
   */
  static Set<Digest> ofTree(byte[] message) throws IOException {
    var files = new LinkedHashSet<Digest>();
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
    return files;
  }

  /** A file whose contents are in the action itself need not be there. */
  private static void outputFile(CodedInputStream file, Set<Digest> into) throws IOException {
    var named = new LinkedHashSet<Digest>();
    var inlined = new boolean[1];
    read(
        file,
        (number, value) -> {
          switch (number) {
            case 2 -> digest(value, named);
            case 5 -> inlined[0] = !value.isAtEnd();
            default -> {}
          }
        });
    if (!inlined[0]) {
      into.addAll(named);
    }
  }

  private static void only(int wanted, CodedInputStream message, Set<Digest> into)
      throws IOException {
    read(
        message,
        (number, value) -> {
          if (number == wanted) {
            digest(value, into);
          }
        });
  }

  private static void digest(CodedInputStream message, Set<Digest> into) throws IOException {
    read(
        message,
        (number, value) -> {
          if (number == 1) {
            byte[] hash = value.readRawBytes(value.getBytesUntilLimit());
            Digest.parse(new String(hash, java.nio.charset.StandardCharsets.UTF_8))
                .ifPresent(into::add);
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
