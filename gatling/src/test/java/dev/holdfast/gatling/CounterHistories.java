package dev.holdfast.gatling;

import dev.holdfast.testkit.CounterHistory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The histories of all counters of a run.
 *
 * <p>Threading: may be used from any number of threads.
 */
final class CounterHistories {
  private final List<String> names;
  private final Map<String, CounterHistory> byName = new LinkedHashMap<>();

  /**
   * @param mayForget true if actors are restarted meanwhile
   */
  CounterHistories(List<String> names, boolean mayForget) {
    this.names = List.copyOf(names);
    names.forEach(name -> byName.put(name, new CounterHistory(mayForget)));
  }

  List<String> names() {
    return names;
  }

  CounterHistory of(String name) {
    return byName.get(name);
  }

  /**
   * Returns the errors of the counters, at the end of the run.
   *
   * @param actors all of which must know everything that was acknowledged
   */
  List<String> wrong(List<String> actors) {
    var wrong = new ArrayList<String>();
    byName.forEach(
        (name, history) -> {
          history.check().ifPresent(text -> wrong.add(name + ": " + text));
          for (String actor : actors) {
            int lacking = history.lacks(actor).bitCount();
            if (lacking > 0) {
              wrong.add(
                  "%s: at the end %s does not know %d acknowledged increments"
                      .formatted(name, actor, lacking));
            }
          }
        });
    return wrong;
  }
}
