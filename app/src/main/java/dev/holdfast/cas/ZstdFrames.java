package dev.holdfast.cas;

import java.io.IOException;
import java.io.InputStream;

/**
 * Passes zstd frames on (RFC 8878, 3.1.1) and refuses what the decoder would need much memory for,
 * or would not notice: a window over the bound, an end in the middle, anything that is no frame.
 * The decoder allocates whatever window a frame asks for.
 *
 * <p>Threading: for one thread at a time.
 */
final class ZstdFrames extends InputStream {
  /** The window that every decoder should support, in bytes (RFC 8878, 3.1.1.1.2). */
  static final long WINDOW_BYTES_MAX = 8L * 1024 * 1024;

  private static final int MAGIC = 0xFD2FB528;
  private static final int RLE_BLOCK = 1;
  private static final int RESERVED_BLOCK = 3;
  private static final int[] DICTIONARY_ID_BYTES = {0, 1, 2, 4};
  private static final int[] CONTENT_SIZE_BYTES = {0, 2, 4, 8};

  private enum Next {
    FRAME,
    BLOCK,
    CHECKSUM
  }

  private final InputStream in;
  private Next next = Next.FRAME;
  private boolean checksum;
  private boolean any;
  private byte[] head = {};
  private int headAt;
  private int blockLeft;

  ZstdFrames(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int most) throws IOException {
    if (most == 0) {
      return 0;
    }
    if (headAt == head.length && blockLeft == 0 && !advance()) {
      return -1;
    }
    if (headAt < head.length) {
      int n = Math.min(most, head.length - headAt);
      System.arraycopy(head, headAt, into, offset, n);
      headAt += n;
      return n;
    }
    int n = in.read(into, offset, Math.min(most, blockLeft));
    if (n < 0) {
      throw malformed("it ends in the middle of a block");
    }
    blockLeft -= n;
    return n;
  }

  /** Reads the next header; false at the end of the last frame. */
  private boolean advance() throws IOException {
    headAt = 0;
    switch (next) {
      case FRAME -> {
        return frame();
      }
      case BLOCK -> block();
      case CHECKSUM -> {
        head = exactly(4);
        next = Next.FRAME;
      }
    }
    return true;
  }

  private boolean frame() throws IOException {
    byte[] magic = in.readNBytes(4);
    if (magic.length == 0 && any) {
      head = magic;
      return false;
    }
    if (magic.length < 4 || (int) littleEndian(magic, 0, 4) != MAGIC) {
      throw malformed("there is no zstd frame where one should be");
    }
    any = true;
    int descriptor = exactly(1)[0] & 0xff;
    boolean singleSegment = (descriptor & 0x20) != 0;
    checksum = (descriptor & 0x04) != 0;
    int windowBytes = singleSegment ? 0 : 1;
    int dictionaryBytes = DICTIONARY_ID_BYTES[descriptor & 3];
    int flag = descriptor >> 6;
    int sizeBytes = flag == 0 && singleSegment ? 1 : CONTENT_SIZE_BYTES[flag];
    byte[] rest = exactly(windowBytes + dictionaryBytes + sizeBytes);
    long window =
        singleSegment ? contentSize(rest, dictionaryBytes, sizeBytes) : window(rest[0] & 0xff);
    if (window < 0 || window > WINDOW_BYTES_MAX) {
      throw malformed("its window is larger than " + WINDOW_BYTES_MAX + " bytes");
    }
    head = new byte[5 + rest.length];
    System.arraycopy(magic, 0, head, 0, 4);
    head[4] = (byte) descriptor;
    System.arraycopy(rest, 0, head, 5, rest.length);
    next = Next.BLOCK;
    return true;
  }

  private void block() throws IOException {
    head = exactly(3);
    int header = (int) littleEndian(head, 0, 3);
    int type = header >> 1 & 3;
    if (type == RESERVED_BLOCK) {
      throw malformed("a block has a type that there is not");
    }
    blockLeft = type == RLE_BLOCK ? 1 : header >> 3;
    boolean last = (header & 1) != 0;
    if (last) {
      next = checksum ? Next.CHECKSUM : Next.FRAME;
    }
  }

  private static long window(int descriptor) {
    long base = 1L << (10 + (descriptor >> 3));
    return base + base / 8 * (descriptor & 7);
  }

  private static long contentSize(byte[] header, int at, int bytes) {
    return littleEndian(header, at, bytes) + (bytes == 2 ? 256 : 0);
  }

  private byte[] exactly(int bytes) throws IOException {
    byte[] read = in.readNBytes(bytes);
    if (read.length < bytes) {
      throw malformed("it ends in the middle of a frame");
    }
    return read;
  }

  private static long littleEndian(byte[] bytes, int at, int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (bytes[at + i] & 0xffL) << (8 * i);
    }
    return value;
  }

  private static BadEncodingException malformed(String why) {
    return new BadEncodingException("the body is not zstd that is taken here: " + why);
  }
}
