package dev.holdfast.counters.http;

import dev.holdfast.counters.Actor;
import dev.holdfast.service.DataDirectory;
import dev.holdfast.service.StartFailure;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The places where directories of actors may be. In each of them an actor has a directory with its
 * number as the name.
 *
 * @param places one or more, in the order in which they are tried
 */
record ActorDirectories(List<Path> places) {
  private static final Logger log = LoggerFactory.getLogger(ActorDirectories.class);

  ActorDirectories {
    places = List.copyOf(new LinkedHashSet<>(places));
  }

  /** Returns the places of a configuration. */
  static ActorDirectories of(Path dataDir, CountersConfig config) {
    var places = new ArrayList<Path>();
    places.add(dataDir);
    places.addAll(config.fallbackDirs());
    return new ActorDirectories(places);
  }

  /**
   * Returns the directory of an actor: the first one that has data of it and can be written, or
   * else one that this makes in the first place where that is possible. A full disk does not make a
   * directory with data unusable.
   *
   * @throws StartFailure if there is none
   */
  Path choose(int id) throws StartFailure {
    for (Path place : places) {
      Path directory = place.resolve(Integer.toString(id));
      if (hasData(directory)) {
        if (isWritable(directory)) {
          return directory;
        }
        log.warn("{} has data of actor {} and cannot be written; it is left out", directory, id);
      }
    }
    return make(id);
  }

  private Path make(int id) throws StartFailure {
    var reasons = new ArrayList<String>();
    for (Path place : places) {
      try {
        return DataDirectory.made(place.resolve(Integer.toString(id)));
      } catch (StartFailure e) {
        reasons.add(e.getMessage());
      }
    }
    throw new StartFailure.DirectoryUnusable(String.join("; ", reasons), null);
  }

  /** Returns true if an actor has ever been started in a directory. */
  static boolean hasData(Path directory) {
    return Files.isDirectory(directory.resolve(Actor.OWN_LOG));
  }

  private static boolean isWritable(Path directory) {
    return Files.isWritable(directory) && Files.isWritable(directory.resolve(Actor.OWN_LOG));
  }

  /**
   * Returns all directories with data of an actor, except one. Each is there once, also if two
   * places are the same one. Leaves out what cannot be read.
   *
   * @param unreadable hears of each place and each directory that is left out
   */
  List<Path> allBut(Path own, BiConsumer<Path, IOException> unreadable) {
    var found = new LinkedHashMap<Path, Path>(); // by their real paths
    for (Path place : places) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(place, "[0-9]*")) {
        for (Path entry : entries) {
          addIfOthers(entry, own, found, unreadable);
        }
      } catch (NoSuchFileException missing) {
        log.debug("nobody has a directory in {}", place, missing);
      } catch (IOException e) {
        unreadable.accept(place, e);
      } catch (DirectoryIteratorException e) {
        unreadable.accept(place, e.getCause());
      }
    }
    return List.copyOf(found.values());
  }

  private static void addIfOthers(
      Path entry, Path own, Map<Path, Path> found, BiConsumer<Path, IOException> unreadable) {
    try {
      if (hasData(entry) && !Files.isSameFile(entry, own)) {
        found.putIfAbsent(entry.toRealPath(), entry);
      }
    } catch (IOException e) {
      unreadable.accept(entry, e);
    }
  }
}
