package dev.holdfast.http;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.PreEncodedHttpField;

/** A header that many answers have, encoded once for all of them. Immutable. */
public final class FixedHeader {
  private final HttpField field;

  public FixedHeader(String name, String value) {
    this.field = new PreEncodedHttpField(name, value);
  }

  HttpField field() {
    return field;
  }
}
