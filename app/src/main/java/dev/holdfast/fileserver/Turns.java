package dev.holdfast.fileserver;

/** How the requests of one name keep out of each other's way. */
interface Turns {
  /** A request has come in. Its turn begins later; {@link Turn#end} must follow in any case. */
  Turn take(Verb verb, String name);

  /** The turn of one request; used by its thread alone. */
  interface Turn {
    /** Waits until the request may touch the file. */
    void begin() throws InterruptedException;

    /** Lets go of the name, whether the turn had begun or not. */
    void end() throws InterruptedException;
  }
}
