package dev.holdfast.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The libraries of the JDK that runs the tests are the examples. */
class GlibcTest {
  @Test
  void versions_areThoseOfTheLibrary() throws IOException {
    ElfFile file = ElfFile.of(library()).orElseThrow();

    assertThat(file.versionsNeeded()).anyMatch(version -> version.startsWith("GLIBC_2."));
    assertThat(Glibc.missing(file, 999)).isEmpty();
    assertThat(Glibc.missing(file, 1)).isNotEmpty();
  }

  @Test
  void plantedNewerVersion_isFound() throws IOException {
    String old = firstVersion();

    assertThat(Glibc.missing(withVersion(old, "GLIBC_2.99"), 98)).containsExactly("GLIBC_2.99");
    assertThat(Glibc.missing(withVersion(old, "GLIBC_2.99"), 99)).isEmpty();
  }

  /** glibc 2.36 has such names for what is no symbol. */
  @Test
  void plantedVersionWithoutANumber_isFound() throws IOException {
    String old = firstVersion();

    assertThat(Glibc.missing(withVersion(old, "GLIBC_ABI"), 999)).containsExactly("GLIBC_ABI");
    assertThat(Glibc.missing(withVersion(old, "GLIBC_3.1"), 999)).containsExactly("GLIBC_3.1");
  }

  @Test
  void otherFiles_areNone() {
    assertThat(ElfFile.of(new byte[0])).isEmpty();
    assertThat(ElfFile.of("#!/bin/sh\n".repeat(50).getBytes(ISO_8859_1))).isEmpty();
  }

  private static String firstVersion() throws IOException {
    return ElfFile.of(library()).orElseThrow().versionsNeeded().stream()
        .filter(version -> version.matches("GLIBC_2\\.\\d+(\\.\\d+)?"))
        .max(Comparator.comparingInt(String::length))
        .orElseThrow();
  }

  /** The name of a version becomes another one in its place. */
  private static ElfFile withVersion(String old, String other) throws IOException {
    String padded = other + "\0".repeat(old.length() - other.length());
    String bytes = new String(library(), ISO_8859_1);
    String changed = bytes.replace(old + "\0", padded + "\0");
    assertThat(changed).isNotEqualTo(bytes).hasSameSizeAs(bytes);
    return ElfFile.of(changed.getBytes(ISO_8859_1)).orElseThrow();
  }

  private static byte[] library() throws IOException {
    Path library = Path.of(System.getProperty("java.home"), "lib", "libnet.so");
    Assumptions.assumeTrue(Files.exists(library), "no library of Linux is here");
    return Files.readAllBytes(library);
  }
}
