package dev.holdfast.fileserver;

/** Orders the requests of one name. */
interface Turns {
  /**
   * Registers a request that has come in. Its turn begins later. Call {@link Turn#end} in any case.
   */
  Turn take(Verb verb, String name);

  /** The turn of one request; used by its thread alone. */
  interface Turn {
    /** Waits until the request may touch the file. */
    void begin() throws InterruptedException;

    /** Lets go of the name, whether the turn had begun or not. */
    void end() throws InterruptedException;
  }
}
