/**
 * The staging store: the directory of one sidecar on the volume that it shares with nginx, and the
 * files that it publishes there.
 *
 * <pre>
 * published/&lt;epoch&gt;/        stored names, served by nginx; shared by all sidecars of the volume
 * published/&lt;epoch&gt;/.cold/  withdrawn from published, still here and served to some; shared, too
 * published/&lt;epoch&gt;/.&lt;sidecar&gt;/  as long as a sidecar uses the directory; empty
 * &lt;sidecar&gt;/incoming/    bodies on their way in; emptied at start
 * &lt;sidecar&gt;/writes/      entries, a file a write that is pending or kept: its name says which,
 *                        its version and its stored name
 * &lt;sidecar&gt;/write-log-a, write-log-b   the halves of the write-ahead log
 * &lt;sidecar&gt;/versions     up to where versions are reserved
 * &lt;sidecar&gt;/boot         the start of the kernel under which what is kept was confirmed
 * &lt;sidecar&gt;/lock, epoch  one process a store; what the published files were written under
 * &lt;sidecar&gt;/format       the number of this layout, which an older version refuses
 * &lt;sidecar&gt;/stopped      left by a process that has left nothing running at the origin
 * </pre>
 *
 * <p>What always holds here: a file enters {@code published/} and {@code writes/} only whole and by
 * rename or link, but for those that count by their records in the log ({@link
 * dev.holdfast.staging.WriteAheadLog}); its modification time is its digest ({@link
 * dev.holdfast.staging.Content}); an entry is in no queue from which anything is evicted; all
 * changes of one name happen under that name's lock.
 *
 * <p>May import {@code names}, {@code disk}, {@code bounds}, {@code metrics} and {@code posix}.
 */
package dev.holdfast.staging;
