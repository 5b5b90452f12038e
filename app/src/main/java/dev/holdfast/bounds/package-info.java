/**
 * Checks of the values and the words that configurations say.
 *
 * <p>What always holds here: a refusal is an {@link java.lang.IllegalArgumentException} whose
 * message begins with the name of the component.
 *
 * <p>Imports nothing of the project.
 */
package dev.holdfast.bounds;
