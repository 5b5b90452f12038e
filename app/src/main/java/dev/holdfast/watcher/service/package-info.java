/**
 * The watcher's commands.
 *
 * <p>This always holds here: a command that finds something to mend says it with file and line on
 * standard error, and changes nothing.
 *
 * <p>May import {@code watcher} and {@code watcher.config}.
 */
package dev.holdfast.watcher.service;
