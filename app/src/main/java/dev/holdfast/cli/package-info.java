/**
 * The command line: {@code main}, the subcommands, their options and their errors. A bad option
 * leads to one line that names it, and to exit code 2.
 *
 * <p>May import everything.
 */
package dev.holdfast.cli;
