package dev.holdfast.testkit.farm;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Writes the part of DER (ITU-T X.690) that certificates are made of. */
final class Der {
  private static final int SEQUENCE = 0x30;
  private static final int BOOLEAN = 0x01;
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int NULL = 0x05;
  private static final int OBJECT_ID = 0x06;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int CONSTRUCTED_CONTEXT = 0xa0;
  private static final int CONTEXT = 0x80;
  private static final int SHORT_MAX = 0x7f;
  private static final int SEVEN_BITS = 7;
  private static final int FIRST_ARC = 40;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private Der() {}

  static byte[] sequence(byte[]... parts) {
    return tagged(SEQUENCE, joined(parts));
  }

  /** Returns a constructed value with a tag of the context, such as {@code [3]}. */
  static byte[] explicit(int tag, byte[] value) {
    return tagged(CONSTRUCTED_CONTEXT | tag, value);
  }

  /** Returns a plain value with a tag of the context. */
  static byte[] implicit(int tag, byte[] value) {
    return tagged(CONTEXT | tag, value);
  }

  static byte[] implicit(int tag, String ascii) {
    return implicit(tag, ascii.getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] integer(long value) {
    return tagged(INTEGER, BigInteger.valueOf(value).toByteArray());
  }

  static byte[] yes() {
    return tagged(BOOLEAN, new byte[] {(byte) 0xff});
  }

  static byte[] nothing() {
    return tagged(NULL, new byte[0]);
  }

  static byte[] octets(byte[] value) {
    return tagged(OCTET_STRING, value);
  }

  static byte[] bits(byte[] value) {
    return tagged(BIT_STRING, joined(new byte[] {0}, value));
  }

  static byte[] time(Instant at) {
    return tagged(GENERALIZED_TIME, TIME.format(at).getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] objectId(String dotted) {
    String[] arcs = dotted.split("\\.", -1);
    var out = new ByteArrayOutputStream();
    out.write(FIRST_ARC * Integer.parseInt(arcs[0]) + Integer.parseInt(arcs[1]));
    for (int i = 2; i < arcs.length; i++) {
      int arc = Integer.parseInt(arcs[i]);
      for (int shift = 4 * SEVEN_BITS; shift > 0; shift -= SEVEN_BITS) {
        if (arc >> shift != 0) {
          out.write(0x80 | ((arc >> shift) & SHORT_MAX));
        }
      }
      out.write(arc & SHORT_MAX);
    }
    return tagged(OBJECT_ID, out.toByteArray());
  }

  private static byte[] tagged(int tag, byte[] value) {
    var out = new ByteArrayOutputStream();
    out.write(tag);
    if (value.length <= SHORT_MAX) {
      out.write(value.length);
    } else {
      byte[] length = BigInteger.valueOf(value.length).toByteArray();
      int from = length[0] == 0 ? 1 : 0;
      out.write(0x80 | (length.length - from));
      out.write(length, from, length.length - from);
    }
    out.writeBytes(value);
    return out.toByteArray();
  }

  private static byte[] joined(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
