package dev.holdfast.http;

import java.util.Optional;

/** The effect of a write that is answered with an error. Every such answer names it. */
public enum Effect {
  /** The write is over and has changed nothing. */
  NONE("nothing was changed"),

  /** The write is kept: it is shown, or will be. */
  KEPT("the write is kept and may still take effect"),

  /** A part of a form is refused. */
  PARTLY("the parts before it are stored, it and the parts after it are not"),

  /** A part of a form is not acknowledged, but kept. */
  PARTLY_KEPT(
      "the parts before it are stored, it is kept and may still be stored,"
          + " the parts after it are not"),

  /** A part of a form may have been stored, or not. */
  PARTLY_UNKNOWN(
      "the parts before it are stored, whether it is stored is not known,"
          + " the parts after it are not"),

  /** The write may have been done, in whole or not at all. A read shows which. */
  UNKNOWN("whether anything was changed is not known");

  private final String words;

  Effect(String words) {
    this.words = words;
  }

  /** Returns the effect on a form if this is the effect of its part. */
  public Effect ofPart() {
    return switch (this) {
      case NONE, PARTLY -> PARTLY;
      case KEPT, PARTLY_KEPT -> PARTLY_KEPT;
      case UNKNOWN, PARTLY_UNKNOWN -> PARTLY_UNKNOWN;
    };
  }

  /** Returns the effect that a sentence names, or empty if it names none. */
  public static Optional<Effect> saidIn(String sentence) {
    for (Effect effect : values()) {
      if (sentence.contains(effect.words)) {
        return Optional.of(effect);
      }
    }
    return Optional.empty();
  }

  /** Returns a sentence without its last part, which names the effect. */
  public static String without(String sentence) {
    String rest = sentence;
    for (Effect effect : values()) {
      rest = rest.replace(effect.asEnd(), "");
    }
    return rest;
  }

  /** Returns the text that is added to a sentence. */
  String asEnd() {
    return "; " + words;
  }

  /** Returns true if requests with this method write files. */
  static boolean isWrite(String method) {
    return method.equals("PUT") || method.equals("DELETE");
  }
}
