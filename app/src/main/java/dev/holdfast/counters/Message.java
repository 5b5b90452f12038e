package dev.holdfast.counters;

import java.util.Optional;

/**
 * A request and who sends it, under which configuration.
 *
 * @param actor who sends it
 * @param process a random number of its process
 * @param stamp the digest of its configuration
 * @param configuration the configuration itself, where the other one may not have it
 */
record Message(
    Id actor, Id process, Id stamp, Optional<Configuration> configuration, Request request) {
  private static final int FORMAT = 2;

  static Message read(byte[] bytes) {
    var in = new Input(bytes);
    int format = in.octet();
    if (format != FORMAT) {
      throw new MalformedException("a message of the format " + format);
    }
    var message =
        new Message(
            in.id(),
            in.id(),
            in.id(),
            in.flag() ? Optional.of(Configuration.read(in)) : Optional.empty(),
            Request.read(in));
    in.requireEnd();
    return message;
  }

  byte[] toBytes() {
    var out = new Output();
    out.octet(FORMAT).id(actor).id(process).id(stamp).flag(configuration.isPresent());
    configuration.ifPresent(present -> present.write(out));
    request.write(out);
    return out.toBytes();
  }
}
