package dev.holdfast.fileserver;

/** What a request does with a file. */
enum Verb {
  GET,
  PUT,
  DELETE
}
