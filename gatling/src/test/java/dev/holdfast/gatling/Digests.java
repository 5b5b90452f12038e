package dev.holdfast.gatling;

import dev.holdfast.testkit.Bodies;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digests of bodies, which identify them without keeping them. */
final class Digests {
  private Digests() {}

  /** Writes a body to a file, as for bodies larger than the heap. Returns its SHA-1 in hex. */
  static String writeTo(Path file, Bodies.Id id) throws IOException {
    MessageDigest sha1 = digest("SHA-1");
    try (InputStream body = Bodies.stream(id);
        OutputStream out = new DigestOutputStream(Files.newOutputStream(file), sha1)) {
      body.transferTo(out);
    }
    return HexFormat.of().formatHex(sha1.digest());
  }

  static byte[] sha256(byte[] bytes) {
    return digest("SHA-256").digest(bytes);
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has it", e);
    }
  }
}
