package dev.holdfast.bench;

import java.util.List;

/**
 * What a client talks to while a candidate runs.
 *
 * @param urls one, or for the bare file servers one each
 * @param processes of the candidate itself, without the file servers
 */
record Front(List<String> urls, List<Process> processes) {
  String url() {
    return urls.getFirst();
  }
}
