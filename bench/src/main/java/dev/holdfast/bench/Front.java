package dev.holdfast.bench;

import java.util.List;

/**
 * The addresses and processes of a running candidate.
 *
 * @param urls one address, or one for each of the bare file servers
 * @param processes the processes of the candidate itself, without the file servers
 */
record Front(List<String> urls, List<Process> processes) {
  String url() {
    return urls.getFirst();
  }
}
