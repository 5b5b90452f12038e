package dev.holdfast.http;

/** The effect of a write that is answered with an error. Every such answer says which it is. */
public enum Effect {
  /** The write is over, and everything is as it was before. */
  NONE("nothing was changed"),

  /** The write is kept: it is shown, or will be. */
  KEPT("the write is kept and may still take effect"),

  /** Of several files that came in one request, some were stored. */
  PARTLY("the parts before it are stored, it and the parts after it are not"),

  /** The write may have been done, in whole or not at all; to read it tells. */
  UNKNOWN("whether anything was changed is not known");

  private final String words;

  Effect(String words) {
    this.words = words;
  }

  /** The words for it, for the end of a sentence. */
  String words() {
    return words;
  }

  /** Returns true if a sentence says what the effect is. */
  static boolean isSaid(String sentence) {
    for (Effect effect : values()) {
      if (sentence.contains(effect.words)) {
        return true;
      }
    }
    return false;
  }

  /** Returns true if requests with this method write files. */
  static boolean isWrite(String method) {
    return method.equals("PUT") || method.equals("DELETE");
  }
}
