package dev.holdfast.cas;

import dev.holdfast.bounds.Bounds;

/**
 * How the content-addressed store behaves.
 *
 * @param bodyBytesMax the longest blob, in bytes, 0 or more; also of all parts of an upload
 *     together
 * @param askOrigin true to ask the origin for a blob that is not known here before it is stored. A
 *     blob that is there already is not sent again then; each new blob costs a request more
 * @param delete true if clients may delete blobs and actions
 * @param partsMax parts of one upload, 1 or more
 * @param actionBytesMax the longest action, in bytes, 0 or more
 * @param actionsComplete true to answer an action only when every blob that it names is there
 */
public record CasConfig(
    long bodyBytesMax,
    boolean askOrigin,
    boolean delete,
    int partsMax,
    long actionBytesMax,
    boolean actionsComplete) {

  /** The values of a sidecar for which nothing else is said. */
  public static final CasConfig DEFAULT =
      new CasConfig(1024L * 1024 * 1024, true, false, 100, 16L * 1024 * 1024, false);

  public CasConfig {
    Bounds.atLeast("bodyBytesMax", bodyBytesMax, 0);
    Bounds.atLeast("casPartsMax", partsMax, 1);
    Bounds.atLeast("acBytesMax", actionBytesMax, 0);
  }

  /** The same with another {@code bodyBytesMax}. */
  public CasConfig withBodyBytesMax(long bodyBytesMax) {
    return new CasConfig(
        bodyBytesMax, askOrigin, delete, partsMax, actionBytesMax, actionsComplete);
  }

  /** The same with another {@code askOrigin}. */
  public CasConfig withAskOrigin(boolean askOrigin) {
    return new CasConfig(
        bodyBytesMax, askOrigin, delete, partsMax, actionBytesMax, actionsComplete);
  }

  /** The same with another {@code delete}. */
  public CasConfig withDelete(boolean delete) {
    return new CasConfig(
        bodyBytesMax, askOrigin, delete, partsMax, actionBytesMax, actionsComplete);
  }

  /** The same with another {@code partsMax}. */
  public CasConfig withPartsMax(int partsMax) {
    return new CasConfig(
        bodyBytesMax, askOrigin, delete, partsMax, actionBytesMax, actionsComplete);
  }

  /** The same with another {@code actionBytesMax}. */
  public CasConfig withActionBytesMax(long actionBytesMax) {
    return new CasConfig(
        bodyBytesMax, askOrigin, delete, partsMax, actionBytesMax, actionsComplete);
  }

  /** The same with another {@code actionsComplete}. */
  public CasConfig withActionsComplete(boolean actionsComplete) {
    return new CasConfig(
        bodyBytesMax, askOrigin, delete, partsMax, actionBytesMax, actionsComplete);
  }
}
