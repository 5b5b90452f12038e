package dev.holdfast.testkit.farm;

/** The script of a site. The connection is closed at its end. */
@FunctionalInterface
public interface Site {
  /**
   * Answers one request.
   *
   * @throws Exception to end the connection
   */
  void serve(Caller caller) throws Exception;
}
