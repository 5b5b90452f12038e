package dev.holdfast.disk;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The state of a log in tests: words, in the order in which they came. */
final class Words implements LogOwner<Words.Ask> {
  /** A word that refuses to follow another one. */
  static final String REFUSED = "refused";

  final List<String> words = new ArrayList<>();
  int snapshots;

  /**
   * Asks for a word to be added.
   *
   * @param then gets how it failed, or empty if it did not
   */
  record Ask(String word, Consumer<Optional<Failure>> then) {}

  @Override
  public void replay(byte[] record) {
    var word = new String(record, UTF_8);
    if (word.equals(REFUSED)) {
      throw new IllegalArgumentException("a word that was never written");
    }
    words.add(word);
  }

  @Override
  public List<byte[]> snapshot() {
    snapshots++;
    return words.stream().map(word -> word.getBytes(UTF_8)).toList();
  }

  @Override
  public List<byte[]> records(List<Ask> requests) {
    return requests.stream().map(request -> request.word().getBytes(UTF_8)).toList();
  }

  @Override
  public void forced(List<Ask> requests) {
    requests.forEach(request -> words.add(request.word()));
    requests.forEach(request -> request.then().accept(Optional.empty()));
  }

  @Override
  public void failed(List<Ask> requests, Failure failure) {
    requests.forEach(request -> request.then().accept(Optional.of(failure)));
  }
}
