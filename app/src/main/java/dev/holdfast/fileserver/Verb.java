package dev.holdfast.fileserver;

/** The action of a request on a file. */
enum Verb {
  GET,
  PUT,
  DELETE
}
