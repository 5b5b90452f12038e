package dev.holdfast.watcher.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageTextTest {
  private static byte[] bytes(String text, String charset) {
    return text.getBytes(Charset.forName(charset));
  }

  private static byte[] marked(int[] mark, String text, Charset charset) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int b : mark) {
      out.write(b);
    }
    out.writeBytes(text.getBytes(charset));
    return out.toByteArray();
  }

  @Test
  void byteOrderMark_comesBeforeTheHeader_andIsNoPartOfTheText() {
    Optional<String> header = Optional.of("text/html; charset=koi8-r");
    byte[] utf8 = marked(new int[] {0xef, 0xbb, 0xbf}, "ä", StandardCharsets.UTF_8);
    byte[] bigEndian = marked(new int[] {0xfe, 0xff}, "ä", StandardCharsets.UTF_16BE);
    byte[] littleEndian = marked(new int[] {0xff, 0xfe}, "ä", StandardCharsets.UTF_16LE);
    assertThat(PageText.decode(utf8, header)).isEqualTo("ä");
    assertThat(PageText.decode(bigEndian, header)).isEqualTo("ä");
    assertThat(PageText.decode(littleEndian, header)).isEqualTo("ä");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/html; charset=iso-8859-1|iso-8859-1",
        "text/html;charset=ISO-8859-15|iso-8859-15",
        "text/html; Charset = \"windows-1252\"|windows-1252",
        "text/html; boundary=x; charset='utf-8'|utf-8",
        "text/html; charset=latin1|iso-8859-1",
        "text/html; charset=us-ascii|windows-1252",
        "text/html; charset=shift_jis|shift_jis"
      })
  void header_namesTheCharset(String header, String charset) {
    String text = charset.equals("shift_jis") ? "日本" : "Zürich";
    byte[] page = bytes("<meta charset=koi8-r>" + text, charset);
    assertThat(PageText.decode(page, Optional.of(header))).endsWith(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<meta charset=iso-8859-1>",
        "<META CharSet = 'ISO-8859-1' />",
        "<meta name=a content='charset=koi8-r'><meta charset=\"latin1\">",
        "<meta http-equiv='Content-Type' content='text/html; charset=iso-8859-1'>",
        "<meta content='text/html;charset=iso-8859-1' http-equiv=content-type>",
        "<!-- <meta charset=utf-8> --><meta charset=iso-8859-1>",
        "<?xml version='1.0' encoding='ISO-8859-1'?><a/>",
        "<meta charset=no-such-one><meta charset=iso-8859-1>"
      })
  void head_namesTheCharset(String head) {
    byte[] page = bytes(head + "Zürich", "iso-8859-1");
    assertThat(PageText.decode(page, Optional.of("text/html"))).endsWith("Zürich");
    assertThat(PageText.decode(page, Optional.of("text/html; charset=no-such-one")))
        .endsWith("Zürich");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<meta charset=>",
        "<meta charset=utf-16>",
        "<meta name=description content='charset=iso-8859-1'>",
        "<!-- <meta charset=iso-8859-1> -->",
        "<meta charset=\"../../etc\">",
        "<meta charset=iso-8859-1 "
      })
  void otherwise_itIsUtf8(String head) {
    byte[] page = bytes(head + "Zürich", "utf-8");
    assertThat(PageText.decode(page, Optional.empty())).endsWith("Zürich");
    assertThat(PageText.decode(page, Optional.of("text/html; charset="))).endsWith("Zürich");
  }

  @Test
  void meta_behindTheHead_namesNothing() {
    String meta = "<meta charset=iso-8859-1>";
    String atTheEnd = " ".repeat(PageText.HEAD_BYTES - meta.length()) + meta;
    assertThat(PageText.decode(bytes(atTheEnd + "ü", "iso-8859-1"), Optional.empty()))
        .endsWith("ü");
    assertThat(PageText.decode(bytes(" " + atTheEnd + "ü", "iso-8859-1"), Optional.empty()))
        .endsWith("\ufffd");
  }

  @Test
  void westernCharsets_areReadAsBrowsersDo() {
    assertThat(PageText.decode(new byte[] {(byte) 0x80}, Optional.of("a; charset=iso-8859-1")))
        .isEqualTo("€");
  }

  @Property
  void anyBytesAndHeader_areSomeText(@ForAll byte[] body, @ForAll String header) {
    assertThat(PageText.decode(body, Optional.of(header))).isNotNull();
  }
}
