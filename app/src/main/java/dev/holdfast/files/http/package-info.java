/**
 * The file service over HTTP: its routes, and what it answers at once.
 *
 * <p>What always holds here: a request is parsed and checked once, into a {@link
 * dev.holdfast.files.http.FileRequest}, and answered either at once or on its route; each outcome
 * of the file service has one answer, whichever way it goes out; nothing waits on the thread that
 * reads requests.
 *
 * <p>May import {@code service}, {@code names}, {@code http}, {@code files} and {@code staging}.
 */
package dev.holdfast.files.http;
