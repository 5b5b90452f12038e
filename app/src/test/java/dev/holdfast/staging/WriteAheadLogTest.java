package dev.holdfast.staging;

import static dev.holdfast.names.Names.stored;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.ForwardingFile;
import dev.holdfast.disk.NewFile;
import dev.holdfast.disk.SimulatedDisk;
import dev.holdfast.disk.SimulatedDisk.Left;
import dev.holdfast.metrics.Meters;
import dev.holdfast.names.StoredName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The write-ahead log on a simulated disk; CrashPointTest cuts the power at each of its steps. */
final class WriteAheadLogTest {
  private static final Path VOLUME = Path.of("/volume");
  private static final Layout LAYOUT = Layout.of(VOLUME, "sidecar-1", "boot");
  private static final StagingLimits LIMITS =
      StoreFixture.limits(100, 100).withPendingCountMax(10_000).withLogBytesMax(10_000);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final AtomicLong nowMs = new AtomicLong(1_000_000);
  private final FaultyDisk faulty = new FaultyDisk(disk);
  private StagingStore store;

  @BeforeEach
  void open() throws IOException {
    open(LIMITS, Runnable::run);
  }

  private void open(StagingLimits limits, Executor server) throws IOException {
    store = open(faulty, limits, server);
  }

  private StagingStore open(Disk on, StagingLimits limits, Executor server) throws IOException {
    return Stores.open(
        on,
        VOLUME,
        "sidecar-1",
        limits,
        () -> Instant.ofEpochMilli(nowMs.get()),
        new Meters(new SimpleMeterRegistry()),
        "boot",
        _ -> true,
        server);
  }

  private void reopen(StagingLimits limits, Executor server) throws IOException {
    store.close();
    open(limits, server);
  }

  private void losePower() throws IOException {
    disk.restart(Left.NOTHING, new Random(1));
  }

  @Test
  void severalWrites_shareAForce_andAreShown() throws Exception {
    var later = new ArrayList<Runnable>();
    reopen(LIMITS, later::add);
    List<Asked> asked = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      asked.add(put("name-" + i, "body " + i));
    }
    long before = faulty.logForces;
    later.forEach(Runnable::run);

    assertThat(faulty.logForces - before).isEqualTo(1);
    assertThat(asked).allMatch(one -> one.ends.equals(List.of("staged", "ended")));
    for (int i = 0; i < 10; i++) {
      assertThat(read("name-" + i)).isEqualTo("body " + i);
    }
  }

  @Test
  void writeIsInItsFile_whenItIsOpenedForTheOrigin() throws Exception {
    put("a", "body");
    assertThat(entries()).allMatch(file -> file.startsWith("l"));

    try (InputStream body = openPending("a")) {
      assertThat(body.readAllBytes()).asString().isEqualTo("body");
    }
    assertThat(entries()).allMatch(file -> file.startsWith("p"));
    assertThat(store.log().bytes()).isPositive();
  }

  @Test
  void recordsGo_whenTheKernelHasWrittenTheFiles() throws Exception {
    put("a", "body");
    nowMs.addAndGet(WriteAheadLog.TAKES_FOR_MS);
    store.log().sweep(); // the other half takes records from now on
    put("b", "body");
    nowMs.addAndGet(WriteAheadLog.FORCED_AFTER_MS - WriteAheadLog.TAKES_FOR_MS - 1);
    store.log().sweep();
    assertThat(entries()).allMatch(file -> file.startsWith("l"));

    nowMs.addAndGet(1);
    store.log().sweep();
    assertThat(entries()).anyMatch(file -> file.matches("p.*-a")).anyMatch(f -> f.matches("l.*-b"));
    long left = store.log().bytes();
    nowMs.addAndGet(WriteAheadLog.FORCED_AFTER_MS);
    store.log().sweep();
    store.log().sweep();
    assertThat(entries()).allMatch(file -> file.startsWith("p"));
    assertThat(store.log().bytes()).isLessThan(left).isZero();
  }

  @Test
  void writesThatWereReplaced_areNotForced() throws Exception {
    put("a", "first");
    put("a", "second");
    long before = faulty.bodyForces;
    store.log().dropAll();
    assertThat(faulty.bodyForces - before).isEqualTo(1);
    assertThat(entries()).hasSize(1);
  }

  @Test
  void logThatIsFull_takesNothing_untilRecordsHaveGone() throws Exception {
    int taken = 0;
    while (!put("name-" + taken, "x".repeat(100)).ends.isEmpty()) {
      taken++;
    }
    assertThat(taken).isBetween(20, 100);
    assertThat(store.log().bytes()).isBetween(5_000L, 10_000L);

    store.log().sweep(); // the other half takes them
    assertThat(put("another", "body").ends).containsExactly("staged", "ended");
  }

  @Test
  void writesThatAreTooLong_areNotTaken() throws Exception {
    assertThat(put("a", "x".repeat(WriteAheadLog.BODY_BYTES_MAX + 1)).ends).isEmpty();
    assertThat(put("x".repeat(250), "body").ends).as("its name needs a file of its own").isEmpty();
    reopen(LIMITS.withLogBytesMax(1 << 20), Runnable::run);
    assertThat(put("a", "x".repeat(WriteAheadLog.BODY_BYTES_MAX)).ends)
        .containsExactly("staged", "ended");
  }

  @Test
  void logThatIsOff_takesNothing_andMakesNoDirectory() throws Exception {
    var other = new SimulatedDisk();
    store = open(other, LIMITS.withLogBytesMax(0), Runnable::run);
    assertThat(put("a", "body").ends).isEmpty();
    assertThat(other.isDirectory(Layout.logs(LAYOUT.own()).getFirst())).isFalse();
    store.log().sweep();
    store.log().dropAll();
  }

  @Test
  void logThatIsTurnedOff_bringsItsRecordsToFiles() throws Exception {
    put("a", "body");
    losePower();
    open(LIMITS.withLogBytesMax(0), Runnable::run);
    assertThat(read("a")).isEqualTo("body");
    assertThat(LeftWrites.in(disk, LAYOUT.own()).names()).containsExactly(stored("a"));
    assertThat(put("b", "body").ends).isEmpty();
  }

  @Test
  void nameThatIsBeingChanged_isPutOff() throws Exception {
    Lock lock = store.lock(stored("a"));
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      other.submit(lock::lock).get();
      assertThat(put("a", "body").ends).containsExactly("putOff");
      other.submit(lock::unlock).get();
    }
    assertThat(put("a", "body").ends).containsExactly("staged", "ended");
  }

  @Test
  void writeWithoutRoom_isPutOff() throws Exception {
    reopen(LIMITS.withPendingCountMax(1), Runnable::run);
    assertThat(put("a", "body").ends).containsExactly("staged", "ended");
    assertThat(put("b", "body").ends).containsExactly("putOff");
    assertThat(delete("c").ends).containsExactly("putOff");
  }

  @Test
  void logThatCannotBeForced_hasItsFilesForced_andWorksAgain() throws Exception {
    put("before", "body");
    faulty.failing.add(Fault.LOG_FORCE);
    assertThat(put("a", "body").ends).containsExactly("staged", "ended");
    assertThat(entries()).anyMatch(file -> file.matches("p.*-a"));
    assertThat(put("b", "body").ends).as("it is not asked any more").isEmpty();

    faulty.failing.clear();
    store.log().sweep();
    assertThat(put("c", "body").ends).containsExactly("staged", "ended");
    nowMs.addAndGet(WriteAheadLog.FORCED_AFTER_MS);
    store.log().sweep();
    store.log().sweep();
    losePower();
    open(LIMITS, Runnable::run);
    for (String name : List.of("before", "a", "c")) {
      assertThat(read(name)).isEqualTo("body");
    }
  }

  @Test
  void diskThatFailsAltogether_leavesTheWriteInDoubt() throws Exception {
    faulty.failing.addAll(Set.of(Fault.LOG_FORCE, Fault.BODY_FORCE));
    assertThat(put("a", "body").ends).containsExactly("inDoubt", "ended");
    assertThat(delete("b").ends).as("the log is not asked any more").isEmpty();
  }

  /** When a write is acknowledged, readers see it, or a later one. */
  @Test
  void writesOfAName_thatComeTogether_areShownBeforeTheyEnd() throws Exception {
    put("a", "old");
    var later = new ArrayList<Runnable>();
    reopen(LIMITS, later::add);
    List<Asked> asked = List.of(put("a", "first"), put("a", "second"), delete("a"));
    later.forEach(Runnable::run);

    assertThat(asked.get(0).ends).containsExactly("staged", "ended");
    assertThat(asked.get(0).seenAtTheEnd).isEqualTo("first");
    assertThat(asked.get(1).ends).containsExactly("putOff");
    assertThat(asked.get(2).ends).containsExactly("putOff");
    assertThat(read("a")).isEqualTo("first");
  }

  @Test
  void recordStays_whileTheNewerWriteIsInDoubt() throws Exception {
    put("a", "first");
    faulty.failing.addAll(Set.of(Fault.LOG_FORCE, Fault.BODY_FORCE));
    assertThat(put("a", "second").ends).containsExactly("inDoubt", "ended");
    faulty.failing.remove(Fault.LOG_FORCE);
    assertThatThrownBy(() -> store.log().dropAll()).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> openPending("a")).isInstanceOf(IOException.class);
    assertThat(read("a")).as("it is what was acknowledged").isEqualTo("first");

    faulty.failing.clear();
    losePower();
    open(LIMITS, Runnable::run);
    assertThat(read("a")).isIn("first", "second");
  }

  /** The kernel tells once that it has lost bytes: a second force that succeeds says nothing. */
  @Test
  void fileWhoseForceFailed_isMadeAnew_alsoThatOfAWriteInDoubt() throws Exception {
    faulty.failing.addAll(Set.of(Fault.LOG_FORCE, Fault.BODY_FORCE));
    assertThat(put("a", "body").ends).containsExactly("inDoubt", "ended");
    faulty.failing.clear();
    store.log().sweep(); // the other half takes records
    put("b", "body");
    long before = faulty.madeInIncoming;
    openPending("a").close();
    assertThat(faulty.madeInIncoming - before).isEqualTo(1);
    openPending("b").close();
    assertThat(faulty.madeInIncoming - before).as("nothing was wrong with b").isEqualTo(1);
    assertThat(entries()).anyMatch(file -> file.matches("p.*-a"));
  }

  @Test
  void close_waitsForWritesThatWereAskedFor() throws Exception {
    var asked = new ArrayList<Asked>();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      reopen(LIMITS.withLogBytesMax(1 << 20), threads);
      for (int i = 0; i < 200; i++) {
        asked.add(put("name-" + i, "body"));
      }
      store.close();
      assertThat(asked).allMatch(one -> one.ends.contains("ended"));
    }
  }

  @Test
  void entryThatCannotBeMade_fails_andLeavesNothing() throws Exception {
    faulty.failing.add(Fault.CREATE);
    assertThat(put("a", "body").ends).containsExactly("failed");
    faulty.failing.clear();
    assertThat(entries()).isEmpty();
    assertThat(store.pendingCount()).isZero();
    assertThat(store.pendingBytes()).isZero();
    assertThat(put("a", "body").ends).containsExactly("staged", "ended");
  }

  @Test
  void fileThatTheDiskHasLost_isMadeAnew_andPublished() throws Exception {
    put("a", "body");
    lose("a", "zero");
    assertThat(read("a")).isEqualTo("zero");
    store.log().dropAll();

    assertThat(read("a")).isEqualTo("body");
    try (InputStream body = openPending("a")) {
      assertThat(body.readAllBytes()).asString().isEqualTo("body");
    }
    losePower();
    open(LIMITS, Runnable::run);
    assertThat(read("a")).isEqualTo("body");
  }

  @Test
  void fileThatIsLost_andCannotBeMadeAnew_isShownToNobody() throws Exception {
    put("a", "body");
    faulty.failing.add(Fault.BODY_FORCE);
    assertThatThrownBy(() -> store.log().dropAll()).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> openPending("a")).isInstanceOf(IOException.class);
    assertThat(store.published(stored("a"))).isEmpty();

    faulty.failing.clear();
    store.log().dropAll();
    assertThat(read("a")).as("it is made anew from its record").isEqualTo("body");
    losePower();
    open(LIMITS, Runnable::run);
    assertThat(read("a")).isEqualTo("body");
  }

  @Test
  void leftWrites_areAlsoThoseOfRecords() throws Exception {
    put("a", "body");
    losePower();
    assertThat(LeftWrites.in(disk, LAYOUT.own()).names()).containsExactly(stored("a"));
  }

  @Test
  void close_letsTheRecordsGo() throws Exception {
    put("a", "body");
    delete("b");
    store.close();
    losePower();
    assertThat(entries()).hasSize(2).noneMatch(file -> file.startsWith("l"));
    assertThat(LogRecovery.names(disk, LAYOUT.own())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 511, 4096, WriteAheadLog.BODY_BYTES_MAX})
  void records_areReadAsTheyWereWritten_andHaveNoRowsOfZeros(int length) {
    var random = new Random(length);
    var put = new LogRecord.Put(stored("~a~2Fb"), 1L << 40, new byte[length]);
    byte[] bytes = LogRecord.encode(put, random);
    assertThat(zerosInARow(bytes)).isLessThan(64);
    assertThat(LogRecord.decode(bytes))
        .isInstanceOfSatisfying(
            LogRecord.Put.class,
            read -> {
              assertThat(read.name()).isEqualTo(put.name());
              assertThat(read.version()).isEqualTo(put.version());
              assertThat(read.body()).isEqualTo(put.body());
            });
    var over = new LogRecord.Over(stored("a"), 7);
    assertThat(LogRecord.decode(LogRecord.encode(over, random))).isEqualTo(over);
    var delete = new LogRecord.Delete(stored("a"), 7);
    assertThat(LogRecord.decode(LogRecord.encode(delete, random))).isEqualTo(delete);
  }

  private static int zerosInARow(byte[] bytes) {
    int most = 0;
    int row = 0;
    for (byte one : bytes) {
      row = one == 0 ? row + 1 : 0;
      most = Math.max(most, row);
    }
    return most;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "P", "X12345678\0\1a", "D12345678\0\2a", "D12345678\0\1/"})
  void bytesThatAreNoRecord_areRefused(String bytes) {
    assertThatThrownBy(() -> LogRecord.decode(StoreFixture.bytes(bytes)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Other bytes are in the file of a logged put, which has two names. */
  private void lose(String name, String bytes) throws IOException {
    Path entry = LAYOUT.writes().resolve(entries().getFirst());
    Path published = LAYOUT.published().resolve(name);
    long modified = disk.facts(entry).orElseThrow().modifiedSeconds();
    disk.delete(entry);
    disk.delete(published);
    try (NewFile file = disk.create(entry)) {
      file.write(ByteBuffer.wrap(StoreFixture.bytes(bytes)));
      file.setModified(modified);
    }
    disk.link(published, entry);
  }

  private List<String> entries() {
    return disk.names(LAYOUT.writes()).stream().toList();
  }

  private String read(String name) throws IOException {
    try (InputStream in = store.openPublished(stored(name)).orElseThrow()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private InputStream openPending(String name) throws IOException {
    Lock lock = store.lock(stored(name));
    lock.lock();
    try {
      return store.openPending((Pending.Put) store.pending(stored(name)).orElseThrow());
    } finally {
      lock.unlock();
    }
  }

  private Asked put(String name, String body) {
    return ask(name, Optional.of(StoreFixture.bytes(body)));
  }

  private Asked delete(String name) {
    return ask(name, Optional.empty());
  }

  private Asked ask(String name, Optional<byte[]> body) {
    var asked = new Asked(stored(name), body);
    store.log().ask(asked);
    return asked;
  }

  /** A write that notes what it hears. */
  private final class Asked implements LoggedWrite {
    private final StoredName name;
    private final Optional<byte[]> body;
    final List<String> ends = new CopyOnWriteArrayList<>();

    /** What a reader is shown at the acknowledgement. */
    volatile String seenAtTheEnd;

    Asked(StoredName name, Optional<byte[]> body) {
      this.name = name;
      this.body = body;
    }

    @Override
    public StoredName name() {
      return name;
    }

    @Override
    public Optional<byte[]> body() {
      return body;
    }

    @Override
    public void staged(Pending write) {
      ends.add("staged");
      try {
        store.show(write);
      } catch (IOException e) {
        ends.add(e.toString());
      }
    }

    @Override
    public void inDoubt(Pending write, Exception why) {
      ends.add("inDoubt");
    }

    @Override
    public void ended() {
      ends.add("ended");
      try (InputStream in = store.openPublished(name).orElse(InputStream.nullInputStream())) {
        seenAtTheEnd = new String(in.readAllBytes(), UTF_8);
      } catch (IOException e) {
        seenAtTheEnd = e.toString();
      }
    }

    @Override
    public void putOff() {
      ends.add("putOff");
    }

    @Override
    public void failed(Exception why) {
      ends.add("failed");
    }
  }

  private enum Fault {
    LOG_FORCE,
    BODY_FORCE,
    CREATE
  }

  /** A disk that counts forces, and fails. */
  private static final class FaultyDisk extends ForwardingDisk {
    private final Set<Fault> failing = EnumSet.noneOf(Fault.class);
    private long logForces;
    private long bodyForces;
    private long madeInIncoming;

    FaultyDisk(SimulatedDisk disk) {
      super(disk);
    }

    private void failAt(Fault fault) throws IOException {
      if (failing.contains(fault)) {
        throw new IOException("planted");
      }
    }

    @Override
    public NewFile create(Path file) throws IOException {
      if (file.getParent().endsWith("writes")) {
        failAt(Fault.CREATE);
      }
      madeInIncoming += file.getParent().endsWith("incoming") ? 1 : 0;
      boolean isLog = file.getParent().getFileName().toString().startsWith("write-log");
      return new ForwardingFile(super.create(file)) {
        @Override
        public void force() throws IOException {
          failAt(isLog ? Fault.LOG_FORCE : Fault.BODY_FORCE);
          logForces += isLog ? 1 : 0;
          super.force();
        }
      };
    }

    @Override
    public void force(Path file) throws IOException {
      failAt(Fault.BODY_FORCE);
      if (isLogged(file)) {
        bodyForces++;
      }
      super.force(file);
    }

    private static boolean isLogged(Path file) {
      return file.getParent().endsWith("writes") && file.getFileName().toString().startsWith("l");
    }
  }
}
