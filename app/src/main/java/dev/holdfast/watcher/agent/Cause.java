package dev.holdfast.watcher.agent;

/** A cause of the agent's own delays. */
public enum Cause {
  GC("garbage collection"),
  CPU_PRESSURE("too little CPU"),
  THROTTLED("CPU quota used up");

  private final String words;

  Cause(String words) {
    this.words = words;
  }

  /** Returns the cause in English words, lower case. */
  public String words() {
    return words;
  }
}
