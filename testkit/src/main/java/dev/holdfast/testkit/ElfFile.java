package dev.holdfast.testkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A program or library of Linux, and the versions of symbols that it asks other libraries for. The
 * source is the System V ABI, and the section {@code .gnu.version_r} of the Linux Standard Base.
 */
public final class ElfFile {
  private static final int MAGIC = 0x7f454c46;
  private static final int CLASS_64 = 2;
  private static final int LITTLE_ENDIAN = 1;
  private static final int HEADER_BYTES = 64;
  private static final int SECTION_BYTES = 64;
  private static final int VERSIONS_NEEDED = 0x6ffffffe;

  private final ByteBuffer bytes;

  private ElfFile(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /**
   * Returns the file with these bytes, or empty if it is of no such kind.
   *
   * @throws IllegalArgumentException if it is for another kind of machine than 64 bits with the
   *     lowest byte first, or has no sections to read
   */
  public static Optional<ElfFile> of(byte[] content) {
    ByteBuffer bytes = ByteBuffer.wrap(content);
    if (content.length < HEADER_BYTES || bytes.getInt(0) != MAGIC) {
      return Optional.empty();
    }
    var file = new ElfFile(bytes.order(ByteOrder.LITTLE_ENDIAN));
    if (content[4] != CLASS_64 || content[5] != LITTLE_ENDIAN || file.sectionCount() == 0) {
      throw new IllegalArgumentException("an ELF file that cannot be read here");
    }
    return Optional.of(file);
  }

  /** Returns the names of all versions that it asks for, such as {@code GLIBC_2.17}. */
  public Set<String> versionsNeeded() {
    var names = new TreeSet<String>();
    for (int i = 0; i < sectionCount(); i++) {
      if (bytes.getInt(section(i) + 4) == VERSIONS_NEEDED) {
        addVersions(i, names);
      }
    }
    return names;
  }

  /** A row of libraries, each with a row of versions. */
  private void addVersions(int section, Set<String> names) {
    int strings = offset(bytes.getInt(section(section) + 40));
    int libraryAt = offset(section);
    for (int left = bytes.getInt(section(section) + 44); left > 0; left--) {
      int versionAt = libraryAt + bytes.getInt(libraryAt + 8);
      for (int more = bytes.getShort(libraryAt + 2); more > 0; more--) {
        names.add(text(strings + bytes.getInt(versionAt + 8)));
        versionAt += bytes.getInt(versionAt + 12);
      }
      libraryAt += bytes.getInt(libraryAt + 12);
    }
  }

  private int sectionCount() {
    return Short.toUnsignedInt(bytes.getShort(60));
  }

  private int section(int index) {
    return Math.toIntExact(bytes.getLong(40)) + index * SECTION_BYTES;
  }

  private int offset(int section) {
    return Math.toIntExact(bytes.getLong(section(section) + 24));
  }

  private String text(int at) {
    var text = new StringBuilder();
    for (int i = at; bytes.get(i) != 0; i++) {
      text.append((char) bytes.get(i));
    }
    return text.toString();
  }
}
