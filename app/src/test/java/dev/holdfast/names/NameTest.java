package dev.holdfast.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameTest {
  @ParameterizedTest
  @CsvSource({
    "abc, abc",
    "a.b-c_D9, a.b-c_D9",
    "%41bc, Abc",
    "-x, -x",
    ".hidden, ~.hidden",
    "a/b, ~a~2Fb",
    "a%2fb, ~a~2Fb",
    "sp%20ace%C3%A9, ~sp~20ace~C3~A9",
    "~, ~~7E",
    "~a, ~~7Ea",
    "a+b;c, ~a~2Bb~3Bc",
    "%FF, ~~FF",
    "%25, ~~25",
    "a/, ~a~2F",
    "a//b, ~a~2F~2Fb",
    "..., ~...",
    "a..b, a..b"
  })
  void parse_storesPlainNamesAsTheyAre_andOthersEscaped(String encoded, String stored)
      throws BadNameException {
    Name name = Name.parse(encoded);
    assertThat(name.stored()).hasToString(stored);
    assertThat(name.isPlain()).isEqualTo(!stored.startsWith("~"));
    assertThat(StoredName.parse(stored).map(Name::of)).contains(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "%",
        "%4",
        "%zz",
        "a%0",
        "%00",
        "a%00b",
        ".",
        "..",
        "%2e%2E",
        "a/..",
        "../a",
        "a/./b",
        "a%2F..%2Fb",
        "./",
        "/..",
        "\u00e9",
        "\ufffd"
      })
  void parse_refusesWhatIsNoName(String encoded) {
    assertThatThrownBy(() -> Name.parse(encoded))
        .isInstanceOfSatisfying(
            BadNameException.class, e -> assertThat(e.isTooLong()).as(encoded).isFalse());
  }

  @Test
  void parse_takes255BytesInStoredForm_andNoMore() throws BadNameException {
    assertThat(Name.parse("a".repeat(255)).stored().toString()).hasSize(255);
    assertThat(Name.parse("%20".repeat(84) + "ab").stored().toString()).hasSize(255);
    for (String tooLong : new String[] {"a".repeat(256), "%20".repeat(84) + "abc"}) {
      assertThatThrownBy(() -> Name.parse(tooLong))
          .isInstanceOfSatisfying(BadNameException.class, e -> assertThat(e.isTooLong()).isTrue());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ".", "..", ".a", "~~2E", "~~00", "~", "~~2f", "~abc", "a b", "~~2", "a~", "é", "~~41",
        "%41"
      })
  void storedName_isNoneThatNothingIsStoredAs(String stored) {
    assertThat(StoredName.parse(stored)).isEmpty();
  }

  @Test
  void nobodys_isNoStoredName() {
    assertThat(StoredName.parse(StoredName.NOBODYS.toString())).isEmpty();
    assertThatThrownBy(() -> Name.of(StoredName.NOBODYS))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void plain_isAPlainName_andNoOther() throws BadNameException {
    assertThat(Name.plain("cas-1.x_Y")).isEqualTo(Name.parse("cas-1.x_Y"));
    for (String other : new String[] {"", ".a", "a/b", "a%41", "~a~2Fb", "a".repeat(256)}) {
      assertThatThrownBy(() -> Name.plain(other))
          .as(other)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void ringKey_isTheDecodedPath() throws BadNameException {
    assertThat(Name.parse("a%20/%FF").ringKey())
        .isEqualTo("/api/fileserver/a /\u00ff".getBytes(StandardCharsets.ISO_8859_1));
  }

  @Property
  void stored_isAFileNameThatCanBeReadBack(@ForAll("bytes") byte[] bytes) throws BadNameException {
    Name name = parseOrSkip(bytes);
    assertThat(name.stored().toString()).matches("[A-Za-z0-9_-][A-Za-z0-9._-]*|~[A-Za-z0-9._~-]+");
    StoredName again = StoredName.parse(name.stored().toString()).orElseThrow();
    assertThat(Name.of(again)).isEqualTo(name);
    assertThat(Name.of(again).ringKey()).isEqualTo(name.ringKey());
  }

  @Property
  void stored_differsForDifferentNames(@ForAll("bytes") byte[] one, @ForAll("bytes") byte[] other)
      throws BadNameException {
    Name first = parseOrSkip(one);
    Name second = parseOrSkip(other);
    assertThat(first.stored().equals(second.stored()))
        .isEqualTo(java.util.Arrays.equals(one, other));
  }

  @Provide
  Arbitrary<byte[]> bytes() {
    // Few different bytes make names that nearly collide.
    return Arbitraries.oneOf(
            Arbitraries.bytes(), Arbitraries.of((byte) '~', (byte) '2', (byte) 'F', (byte) '/'))
        .array(byte[].class)
        .ofMinSize(1)
        .ofMaxSize(40);
  }

  private static Name parseOrSkip(byte[] bytes) {
    var encoded = new StringBuilder();
    for (byte b : bytes) {
      encoded.append('%').append("%02x".formatted(b));
    }
    try {
      return Name.parse(encoded.toString());
    } catch (BadNameException e) {
      Assume.that(false);
      throw new AssertionError(e);
    }
  }
}
