package dev.holdfast.disk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A log on a real disk: the records that it finds again, and the files that it refuses. */
@Timeout(value = 1_800, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RecordLogTest {
  private static final LogConfig CONFIG = config(100, 1_000, 64 * 1024);

  @TempDir Path directory;
  private final Disk disk = new LocalDisk();
  private Path dir;

  @BeforeEach
  void nameDir() {
    dir = directory.resolve("log");
  }

  @Test
  void open_nothingThere_isEmpty() throws IOException {
    assertThat(found()).isEmpty();
    assertThat(found()).isEmpty();
    assertThat(RecordLog.look(disk, directory, CONFIG)).isEmpty();
  }

  @Test
  void words_areFoundAgain_howeverOftenItWasOpened() throws IOException {
    var all = new ArrayList<String>();
    for (int life = 0; life < 5; life++) {
      write("a" + life, "b" + life);
      all.addAll(List.of("a" + life, "b" + life));
      assertThat(found()).isEqualTo(all);
      assertThat(looked()).isEqualTo(all);
      assertThat(files()).hasSize(1);
    }
  }

  @Test
  void manyThreads_shareForces_andEveryWordIsFound() throws Exception {
    var words = new Words();
    var answered = new CountDownLatch(8 * 200);
    try (RecordLog<Words.Ask> log = RecordLog.open(disk, dir, CONFIG, words)) {
      var threads = new ArrayList<Thread>();
      for (int thread = 0; thread < 8; thread++) {
        String name = thread + "-";
        threads.add(
            Thread.ofPlatform()
                .start(
                    () ->
                        IntStream.range(0, 200)
                            .forEach(i -> askUntilTaken(log, name + i, answered))));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      answered.await();
    }
    assertThat(words.words).hasSize(1_600);
    assertThat(new TreeSet<>(words.words)).hasSize(1_600);
    assertThat(found()).isEqualTo(words.words);
  }

  @Test
  void files_stayBounded() throws IOException {
    LogConfig small = config(100, 100, 1_000);
    var words = new Forgetful();
    var later = new Later();
    try (RecordLog<Words.Ask> log = RecordLog.open(disk, dir, small, words, later)) {
      for (int i = 0; i < 500; i++) {
        assertThat(log.ask(ask("word " + i))).isTrue();
        later.run();
        assertThat(files()).hasSize(1);
        assertThat(Files.size(files().getFirst())).isLessThan(1_200);
      }
    }
    assertThat(words.words.words).containsExactly("word 499");
    assertThat(looked()).endsWith("word 499");
  }

  /** A snapshot that is longer than the bound does not make each batch a new file. */
  @Test
  void longSnapshot_isWrittenAsOftenAsItsLengthIsAppended() throws IOException {
    LogConfig small = config(10_000, 100, 100);
    var words = new Words();
    var later = new Later();
    try (RecordLog<Words.Ask> log = RecordLog.open(disk, dir, small, words, later)) {
      for (int i = 0; i < 300; i++) {
        log.ask(ask("x".repeat(2_000)));
        later.run();
      }
      assertThat(words.snapshots).isBetween(5, 15);
    }
    assertThat(found()).hasSize(300); // 600,000 bytes: the snapshot has several frames
  }

  @Test
  void record_longerThanAny_failsItsBatch_andNothingIsWritten() throws IOException {
    var failed = new ArrayList<Optional<LogOwner.Failure>>();
    var later = new Later();
    try (RecordLog<Words.Ask> log =
        RecordLog.open(disk, dir, config(10, 100, 1_000), new Words(), later)) {
      log.ask(new Words.Ask("short", failed::add));
      log.ask(new Words.Ask("x".repeat(11), failed::add));
      later.run();
      log.ask(new Words.Ask("x".repeat(10), failed::add));
      later.run();
    }
    Optional<LogOwner.Failure> nothing = Optional.of(LogOwner.Failure.NOTHING_WRITTEN);
    assertThat(failed).containsExactly(nothing, nothing, Optional.empty());
    assertThat(found()).containsExactly("x".repeat(10));
  }

  @Test
  void ask_moreThanMayWait_isRefused_untilThereIsRoom() throws IOException {
    var words = new Words();
    var later = new Later();
    try (RecordLog<Words.Ask> log = RecordLog.open(disk, dir, config(10, 3, 1_000), words, later)) {
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 3; i++) {
          assertThat(log.ask(ask("word"))).isTrue();
        }
        assertThat(log.ask(ask("too many"))).isFalse();
        later.run();
      }
    }
    assertThat(words.words).hasSize(9).containsOnly("word");
  }

  @Test
  void damage_isRefused_withFileAndOffset_andNothingIsChanged() throws IOException {
    write("one", "two", "three");
    Path file = files().getFirst();
    byte[] bytes = Files.readAllBytes(file);
    int at = new String(bytes, ISO_8859_1).indexOf("two");
    bytes[at] ^= 1;
    Files.write(file, bytes);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(this::found)
          .isInstanceOf(DamagedLogException.class)
          .hasMessageStartingWith(file + " is damaged at offset ");
      assertThatThrownBy(this::looked).isInstanceOf(DamagedLogException.class);
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    assertThat(files()).hasSize(1);
  }

  @Test
  void damage_setAside_keepsTheFileBeside_andGoesOnWithWhatIsIntact() throws IOException {
    write("one", "two", "three");
    Path file = files().getFirst();
    byte[] bytes = Files.readAllBytes(file);
    bytes[new String(bytes, ISO_8859_1).indexOf("two")] ^= 1;
    Files.write(file, bytes);
    LogConfig lenient = CONFIG.with(LogConfig.Damage.SET_ASIDE);
    assertThat(RecordLog.look(disk, dir, lenient)).hasSize(2);
    var words = new Words();
    try (RecordLog<Words.Ask> log = RecordLog.open(disk, dir, lenient, words)) {
      assertThat(words.words).containsExactly("one", "three");
      assertThat(log.damage()).get().asString().contains(file + " is damaged at offset ");
    }
    assertThat(dir.resolve("set-aside-" + file.getFileName())).hasBinaryContent(bytes);
    assertThat(found()).containsExactly("one", "three");
    write("four");
    assertThat(found()).containsExactly("one", "three", "four");
  }

  /**
   * A crash came before the older file was removed. That file has records that the damaged one
   * lacks.
   */
  @Test
  void damage_setAside_keepsOlderFiles_too() throws IOException {
    write("one", "two");
    byte[] older = Files.readAllBytes(files().getFirst());
    Files.write(dir.resolve("log-5"), older);
    Files.write(dir.resolve("log-6"), new byte[3]);
    var words = new Words();
    LogConfig lenient = CONFIG.with(LogConfig.Damage.SET_ASIDE);
    RecordLog.open(disk, dir, lenient, words).close();
    assertThat(words.words).isEmpty();
    assertThat(files()).containsExactly(dir.resolve("log-7"));
    assertThat(dir.resolve("set-aside-log-5")).hasBinaryContent(older);
    assertThat(dir.resolve("set-aside-log-6")).hasBinaryContent(new byte[3]);
  }

  @Test
  void recordThatTheOwnerRefuses_isDamage() throws IOException {
    write("one", Words.REFUSED, "three");
    assertThatThrownBy(this::found)
        .isInstanceOf(DamagedLogException.class)
        .hasMessageContaining("a word that was never written");
    var words = new Words();
    LogConfig lenient = CONFIG.with(LogConfig.Damage.SET_ASIDE);
    try (RecordLog<Words.Ask> log = RecordLog.open(disk, dir, lenient, words)) {
      assertThat(words.words).containsExactly("one", "three");
      assertThat(log.damage()).isPresent();
    }
  }

  @Test
  void tornEnd_isPassedOver() throws IOException {
    write("one", "two");
    Files.write(files().getFirst(), new byte[] {LogFrame.MAGIC, 3, 0}, StandardOpenOption.APPEND);
    assertThat(looked()).containsExactly("one", "two");
    assertThat(found()).containsExactly("one", "two");
  }

  /** After a failed force the new file says less than the older one that it has replaced. */
  @Test
  void latestFile_counts_andNotTheOneThatSaysMost() throws IOException {
    write("one", "two", "doubtful");
    Path file = files().getFirst();
    byte[] doubtful = Files.readAllBytes(file);
    Files.delete(file);
    write("one", "two");
    Path latest = files().getFirst();
    for (int number = 100; number > 90; number--) { // by number, and not by name
      Files.copy(latest, dir.resolve("log-" + number));
    }
    Files.write(dir.resolve("log-99"), doubtful);
    Files.write(dir.resolve("log-98"), new byte[3]);
    assertThat(looked()).containsExactly("one", "two");
    assertThat(found()).containsExactly("one", "two");
    assertThat(files()).containsExactly(dir.resolve("log-101"));
  }

  @Test
  void ask_afterClose_fails_andNothingIsWritten() throws IOException {
    var failed = new ArrayList<Optional<LogOwner.Failure>>();
    var later = new Later();
    RecordLog<Words.Ask> log = RecordLog.open(disk, dir, CONFIG, new Words(), later);
    log.close();
    log.ask(new Words.Ask("late", failed::add));
    later.run();
    assertThat(failed).containsExactly(Optional.of(LogOwner.Failure.NOTHING_WRITTEN));
    assertThat(found()).isEmpty();
  }

  @Test
  void filesOfAnOlderVersion_areTakenUp_andRefusedWhereTheyAreDamaged() throws IOException {
    LogConfig taking =
        CONFIG.with(
            (file, bytes, record) -> {
              String text = new String(bytes, UTF_8);
              Stream.of(text.split(" ")).forEach(word -> record.accept(word.getBytes(UTF_8)));
              if (text.endsWith("!")) {
                throw new DamagedLogException(file, text.length() - 1, "an exclamation");
              }
            });
    Files.createDirectories(dir);
    Files.writeString(dir.resolve("log-7"), "one two");
    try (var _ = RecordLog.open(disk, dir, taking, new Words())) {
      assertThat(files()).containsExactly(dir.resolve("log-8"));
    }
    assertThat(looked()).containsExactly("one", "two");
    Files.writeString(dir.resolve("log-9"), "three!");
    assertThatThrownBy(() -> RecordLog.open(disk, dir, taking, new Words()))
        .isInstanceOf(DamagedLogException.class)
        .hasMessageContaining("log-9 is damaged at offset 5: an exclamation");
  }

  /** A look finds one file or the next, whole, while the owner replaces them. */
  @Test
  void look_whileTheOwnerReplacesFiles_neverGoesBack() throws Exception {
    LogConfig small = config(100, 100, 100);
    var later = new Later();
    var seen = new ArrayList<Integer>();
    try (RecordLog<Words.Ask> log = RecordLog.open(disk, dir, small, new Forgetful(), later)) {
      log.ask(ask("0"));
      later.run();
      Thread owner =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 1; i <= 500; i++) {
                      log.ask(ask(Integer.toString(i)));
                      later.run();
                    }
                  });
      while (owner.isAlive() || seen.isEmpty()) {
        byte[] last = RecordLog.look(disk, dir, small).getLast();
        seen.add(Integer.parseInt(new String(last, UTF_8)));
      }
      owner.join();
    }
    assertThat(seen).isSorted();
  }

  /** A list of a directory may show neither name while one replaces the other. */
  @Test
  void look_whoseListNamesNothing_listsAgain() throws IOException {
    write("one");
    var missing =
        new ForwardingDisk(disk) {
          private boolean isListed;

          @Override
          public void list(Path path, Consumer<String> fileName) throws IOException {
            if (isListed) {
              super.list(path, fileName);
            }
            isListed = true;
          }
        };
    assertThat(RecordLog.look(missing, dir, CONFIG)).hasSize(1);
  }

  private static LogConfig config(int recordBytesMax, int waitingMax, int rotationBytes) {
    return new LogConfig(
        "log-",
        Optional.empty(),
        LogConfig.Damage.REFUSE,
        LogConfig.Ack.FORCED,
        64,
        0,
        waitingMax,
        recordBytesMax,
        rotationBytes,
        0);
  }

  private static Words.Ask ask(String word) {
    return new Words.Ask(word, failed -> assertThat(failed).isEmpty());
  }

  private static void askUntilTaken(
      RecordLog<Words.Ask> log, String word, CountDownLatch answered) {
    var ask =
        new Words.Ask(
            word,
            failed -> {
              assertThat(failed).isEmpty();
              answered.countDown();
            });
    while (!log.ask(ask)) {
      Thread.onSpinWait();
    }
  }

  /** Writes each word in a batch of its own. */
  private void write(String... words) throws IOException {
    var later = new Later();
    try (RecordLog<Words.Ask> log = RecordLog.open(disk, dir, CONFIG, new Words(), later)) {
      for (String word : words) {
        log.ask(ask(word));
        later.run();
      }
    }
  }

  private List<String> found() throws IOException {
    var words = new Words();
    RecordLog.open(disk, dir, CONFIG, words).close();
    return words.words;
  }

  private List<String> looked() throws IOException {
    return RecordLog.look(disk, dir, CONFIG).stream().map(r -> new String(r, UTF_8)).toList();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(dir)) {
      return all.filter(file -> file.getFileName().toString().startsWith("log-")).toList();
    }
  }

  /** All of it together may take more memory than there is. */
  @Test
  void snapshot_isWrittenWhileItsRecordsAreMade() throws IOException {
    int count = 1_000;
    var owner = new Lazy(count, dir.resolve("new"));
    try (RecordLog<Words.Ask> log = RecordLog.open(disk, dir, CONFIG, owner)) {
      assertThat(log.damage()).isEmpty();
    }
    assertThat(RecordLog.look(disk, dir, CONFIG)).hasSize(count);
    assertThat(owner.writtenBeforeTheLast).isGreaterThan((count - 100) * (long) Lazy.BYTES);
  }

  /** An owner that makes its records when they are asked for. */
  private static final class Lazy implements LogOwner<Words.Ask> {
    static final int BYTES = 10_000;

    private final int count;
    private final Path file;
    long writtenBeforeTheLast;

    Lazy(int count, Path file) {
      this.count = count;
      this.file = file;
    }

    @Override
    public void replay(byte[] record) {}

    @Override
    public Iterable<byte[]> snapshot() {
      return () -> IntStream.range(0, count).mapToObj(this::record).iterator();
    }

    private byte[] record(int number) {
      if (number == count - 1) {
        writtenBeforeTheLast = file.toFile().length();
      }
      return "x".repeat(BYTES).getBytes(UTF_8);
    }

    @Override
    public List<byte[]> records(List<Words.Ask> requests) {
      return List.of();
    }

    @Override
    public void forced(List<Words.Ask> requests) {}

    @Override
    public void failed(List<Words.Ask> requests, Failure failure) {}
  }

  /** An owner that keeps the last word alone. */
  private static final class Forgetful implements LogOwner<Words.Ask> {
    private final Words words = new Words();

    @Override
    public void replay(byte[] record) {
      words.words.clear();
      words.replay(record);
    }

    @Override
    public List<byte[]> snapshot() {
      return words.snapshot();
    }

    @Override
    public List<byte[]> records(List<Words.Ask> requests) {
      return words.records(requests);
    }

    @Override
    public void forced(List<Words.Ask> requests) {
      words.words.clear();
      words.forced(requests);
    }

    @Override
    public void failed(List<Words.Ask> requests, Failure failure) {
      words.failed(requests, failure);
    }
  }
}
