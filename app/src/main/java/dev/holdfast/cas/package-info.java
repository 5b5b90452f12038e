/**
 * A content-addressed store and an action cache, by the HTTP protocol of Bazel's remote cache, on
 * the file service: a blob is the file {@code cas-{sha256}}, an action the file {@code
 * ac-{sha256}}.
 *
 * <p>What always holds here: a blob has the digest that its name says, whichever way it came in or
 * out; a blob is written by the sidecar that owns its file, to which the others hand it over, once.
 *
 * <p>May import {@code service}, {@code names}, {@code http}, {@code files}, {@code files.http},
 * {@code streams}, {@code bounds} and {@code metrics}.
 */
package dev.holdfast.cas;
