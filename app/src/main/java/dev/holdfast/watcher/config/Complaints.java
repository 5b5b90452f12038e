package dev.holdfast.watcher.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.yaml.snakeyaml.nodes.Node;

/** Collects the complaints about one file. */
final class Complaints {
  private final String file;
  private final Set<Complaint> complaints = new LinkedHashSet<>();

  Complaints(String file) {
    this.file = file;
  }

  /** Adds a complaint about a node. */
  void add(Node node, String text) {
    add(line(node), text);
  }

  /** Adds a complaint about a line, from 1 on; 0 is the whole file. */
  void add(int line, String text) {
    if (complaints.size() <= WatchFile.COMPLAINTS_MAX) {
      complaints.add(new Complaint(file, line, text));
    }
  }

  /** Returns the line of a node, from 1 on. */
  static int line(Node node) {
    return node.getStartMark().getLine() + 1;
  }

  boolean isEmpty() {
    return complaints.isEmpty();
  }

  /** Returns true if there are more than are shown, so that no more need to be found. */
  boolean isFull() {
    return complaints.size() > WatchFile.COMPLAINTS_MAX;
  }

  WatchList refused() {
    List<Complaint> shown = new ArrayList<>(complaints);
    if (isFull()) {
      shown.subList(WatchFile.COMPLAINTS_MAX - 1, shown.size()).clear();
    }
    shown.sort(Comparator.comparingInt(Complaint::line));
    if (isFull()) {
      shown.add(new Complaint(file, 0, "there are more faults; mend these first"));
    }
    return new WatchList.Refused(shown);
  }
}
