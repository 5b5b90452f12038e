package dev.holdfast.files;

import dev.holdfast.disk.Disk;
import dev.holdfast.disk.ForwardingDisk;
import dev.holdfast.disk.ForwardingFile;
import dev.holdfast.disk.NewFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** Disks that do the right steps in a wrong way: the mistakes that the crash test must find. */
final class BuggyDisks {
  private BuggyDisks() {}

  static Disk withoutDirectoryForce(Disk disk) {
    return new ForwardingDisk(disk) {
      @Override
      public void forceDirectory(Path dir) {}
    };
  }

  static Disk publishingBeforePending(Disk disk, Function<String, Path> published) {
    return new ForwardingDisk(disk) {
      @Override
      public void rename(Path from, Path to) throws IOException {
        if (isEntry(to, 'p')) {
          Path temporary = from.resolveSibling("early");
          link(temporary, from);
          super.rename(temporary, published.apply(name(to)));
        }
        super.rename(from, to);
      }
    };
  }

  static Disk removingPutBeforeMarkingDelete(Disk disk) {
    return new ForwardingDisk(disk) {
      @Override
      public NewFile create(Path file) throws IOException {
        if (isEntry(file, 'd')) {
          for (String other : names(this, file.getParent())) {
            if (other.charAt(0) == 'p' && other.substring(PREFIX).equals(name(file))) {
              delete(file.resolveSibling(other));
            }
          }
          forceDirectory(file.getParent());
        }
        return super.create(file);
      }
    };
  }

  /** A delete makes no marker of its own where an earlier one of its name is still there. */
  static Disk sharingMarkers(Disk disk) {
    return new ForwardingDisk(disk) {
      @Override
      public NewFile create(Path file) throws IOException {
        if (isEntry(file, 'd')) {
          for (String other : names(this, file.getParent())) {
            boolean isMarker = other.startsWith("d") || other.startsWith("x");
            if (isMarker && other.substring(PREFIX).equals(name(file))) {
              return super.create(file.resolveSibling("shared" + file.hashCode()));
            }
          }
        }
        return super.create(file);
      }
    };
  }

  /** Large published files are not deleted. */
  static Disk keepingLarge(Disk disk) {
    return new ForwardingDisk(disk) {
      @Override
      public boolean delete(Path file) throws IOException {
        return !file.getParent().endsWith(".large") && super.delete(file);
      }
    };
  }

  /** Symbolic links are not deleted, nor replaced. */
  static Disk keepingLinks(Disk disk) {
    return new ForwardingDisk(disk) {
      private final Set<Path> links = new HashSet<>();

      @Override
      public void symbolicLink(Path name, Path target) throws IOException {
        super.symbolicLink(name, target);
        links.add(name);
      }

      @Override
      public boolean delete(Path file) throws IOException {
        return !links.contains(file) && super.delete(file);
      }

      @Override
      public void rename(Path from, Path to) throws IOException {
        if (links.contains(to)) {
          super.delete(from);
        } else {
          super.rename(from, to);
        }
      }
    };
  }

  /** Of the entries that a start finds, puts have the highest versions. */
  static Disk puttingPutsLast(Disk disk) {
    return new ForwardingDisk(disk) {
      @Override
      public void list(Path dir, Consumer<String> fileName) throws IOException {
        for (String name : names(disk, dir)) {
          if (name.startsWith("d") || name.startsWith("x")) {
            if (names(disk, dir).stream().anyMatch(n -> isPutOf(n, name))) {
              disk.delete(dir.resolve(name));
              continue;
            }
          }
          fileName.accept(name);
        }
      }

      private boolean isPutOf(String file, String delete) {
        return file.length() > PREFIX
            && (file.startsWith("p") || file.startsWith("k"))
            && file.substring(PREFIX).equals(delete.substring(PREFIX));
      }
    };
  }

  /** A start does not find which versions were used, neither in their file nor in the entries. */
  static Disk forgettingVersions(Disk disk) {
    return new ForwardingDisk(disk) {
      private boolean hidesEntries;

      @Override
      public InputStream open(Path file) throws IOException {
        if (file.endsWith("versions")) {
          hidesEntries = true; // from the listing that follows, which is for the versions
          throw new NoSuchFileException(file.toString());
        }
        return super.open(file);
      }

      @Override
      public void list(Path dir, Consumer<String> fileName) throws IOException {
        if (hidesEntries && dir.endsWith("writes")) {
          hidesEntries = false;
        } else {
          super.list(dir, fileName);
        }
      }
    };
  }

  /** Entries that were replaced are removed only when the directory was forced once more. */
  static Disk removingOlderLast(Disk disk) {
    return new ForwardingDisk(disk) {
      private final List<Path> removed = new ArrayList<>();

      @Override
      public boolean delete(Path file) throws IOException {
        boolean isReplaced =
            file.getParent().endsWith("writes")
                && names(disk, file.getParent()).stream()
                    .anyMatch(n -> n.substring(PREFIX).equals(name(file)) && !file.endsWith(n));
        if (isReplaced) {
          removed.add(file);
          return true;
        }
        return super.delete(file);
      }

      @Override
      public void forceDirectory(Path dir) throws IOException {
        super.forceDirectory(dir);
        for (Path file : List.copyOf(removed)) {
          super.delete(file);
        }
        removed.clear();
      }
    };
  }

  /** What is written to the log is never forced. */
  static Disk notForcingRecords(Disk disk) {
    return new ForwardingDisk(disk) {
      @Override
      public NewFile create(Path file) throws IOException {
        NewFile made = super.create(file);
        return !isInLog(file)
            ? made
            : new ForwardingFile(made) {
              private boolean begun;

              @Override
              public void force() throws IOException {
                if (!begun) { // a new file is, with the records that it begins with
                  begun = true;
                  super.force();
                }
              }
            };
      }
    };
  }

  /** The file of a logged put is not forced before its record goes. */
  static Disk notForcingLoggedFiles(Disk disk) {
    return new ForwardingDisk(disk) {
      @Override
      public void force(Path file) throws IOException {
        if (!isEntry(file, 'l')) {
          super.force(file);
        }
      }
    };
  }

  /** A start finds logged puts as pending ones. */
  static Disk countingLoggedFiles(Disk disk) {
    return new ForwardingDisk(disk) {
      private boolean begun;

      @Override
      public void list(Path dir, Consumer<String> fileName) throws IOException {
        if (!begun && dir.endsWith("writes")) {
          begun = true;
          for (String file : names(disk, dir)) {
            if (file.startsWith("l")) {
              disk.rename(dir.resolve(file), dir.resolve('p' + file.substring(1)));
            }
          }
        }
        super.list(dir, fileName);
      }
    };
  }

  /** The log does not get the batches that begin with a record of this kind. */
  static Disk dropping(Disk disk, byte letter) {
    return new ForwardingDisk(disk) {
      @Override
      public NewFile create(Path file) throws IOException {
        NewFile made = super.create(file);
        return !isInLog(file)
            ? made
            : new ForwardingFile(made) {
              @Override
              public void write(ByteBuffer bytes) throws IOException {
                if (bytes.remaining() <= FIRST_RECORD
                    || bytes.get(bytes.position() + FIRST_RECORD) != letter) {
                  super.write(bytes);
                }
              }
            };
      }
    };
  }

  /** Where the first record is in a frame of a log: behind the head, and its length. */
  private static final int FIRST_RECORD = 22 + 4;

  private static boolean isInLog(Path file) {
    return file.getParent().getFileName().toString().startsWith("write-log-");
  }

  /** A letter, ten digits and a hyphen are before the name of an entry. */
  private static final int PREFIX = 12;

  private static boolean isEntry(Path file, char letter) {
    return file.getParent().endsWith("writes") && file.getFileName().toString().charAt(0) == letter;
  }

  private static String name(Path entry) {
    return entry.getFileName().toString().substring(PREFIX);
  }

  private static List<String> names(Disk disk, Path dir) throws IOException {
    var names = new ArrayList<String>();
    disk.list(dir, names::add);
    return names;
  }
}
