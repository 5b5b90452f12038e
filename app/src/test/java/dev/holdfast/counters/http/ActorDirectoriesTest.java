package dev.holdfast.counters.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.service.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ActorDirectoriesTest {
  @TempDir private Path directory;
  private Path first;
  private Path second;
  private ActorDirectories both;

  @BeforeEach
  void name() {
    first = directory.resolve("first");
    second = directory.resolve("second");
    both = new ActorDirectories(List.of(first, second));
  }

  private static void unexpected(Path path, IOException e) {
    throw new AssertionError(path.toString(), e);
  }

  @Test
  void choose_whereNothingIs_makesOneInTheFirstPlace() throws Exception {
    assertThat(both.choose(3)).isEqualTo(first.resolve("3")).isDirectory();
    assertThat(second).doesNotExist();
  }

  @Test
  void choose_whereTheActorHasData_isThere() throws Exception {
    Files.createDirectories(first.resolve("3")); // an attempt that came to nothing
    Files.createDirectories(first.resolve("4/own"));
    Files.createDirectories(second.resolve("3/own"));
    assertThat(both.choose(3)).isEqualTo(second.resolve("3"));
  }

  @Test
  void choose_whereItHasDataInTwoPlaces_isTheFirst() throws Exception {
    Files.createDirectories(first.resolve("3/own"));
    Files.createDirectories(second.resolve("3/own"));
    assertThat(both.choose(3)).isEqualTo(first.resolve("3"));
  }

  @Test
  void choose_whereTheFirstPlaceCannotBeMade_isTheSecond() throws Exception {
    Files.createFile(first);
    assertThat(both.choose(3)).isEqualTo(second.resolve("3")).isDirectory();
  }

  @Test
  void choose_whereNoPlaceCanBeMade_namesBoth() throws Exception {
    Files.createFile(first);
    Files.createFile(second);
    assertThatExceptionOfType(StartFailure.DirectoryUnusable.class)
        .isThrownBy(() -> both.choose(3))
        .withMessageContaining(first.toString())
        .withMessageContaining(second.toString());
  }

  @Test
  void allBut_listsThoseWithData() throws Exception {
    Path own = Files.createDirectories(first.resolve("3/own")).getParent();
    Files.createDirectories(first.resolve("4"));
    Files.createDirectories(first.resolve("notes/own"));
    Path five = Files.createDirectories(first.resolve("5/own")).getParent();
    assertThat(both.allBut(own, ActorDirectoriesTest::unexpected)).containsExactly(five);
    Path six = Files.createDirectories(second.resolve("6/own")).getParent();
    assertThat(both.allBut(own, ActorDirectoriesTest::unexpected)).containsExactly(five, six);
  }

  @Test
  void allBut_listsADirectoryOnce_howeverItsPlaceIsSpelled() throws Exception {
    Path own = Files.createDirectories(first.resolve("3/own")).getParent();
    Path five = Files.createDirectories(first.resolve("5/own")).getParent();
    Path link = Files.createSymbolicLink(directory.resolve("link"), first);
    var places = new ActorDirectories(List.of(first, first, link));
    assertThat(places.allBut(own, ActorDirectoriesTest::unexpected)).containsExactly(five);
  }

  @Test
  void allBut_leavesOutAPlaceThatIsNoDirectory_andSaysSo() throws Exception {
    Path own = Files.createDirectories(second.resolve("3/own")).getParent();
    Path five = Files.createDirectories(second.resolve("5/own")).getParent();
    Files.createFile(first);
    var leftOut = new ArrayList<Path>();
    assertThat(both.allBut(own, (path, _) -> leftOut.add(path))).containsExactly(five);
    assertThat(leftOut).containsExactly(first);
  }
}
