package dev.holdfast.sidecar;

import dev.holdfast.service.StartFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The epoch: published files are valid under it alone, and it names their directory, {@code
 * FORMAT+BOOT+RING}. No stored name has a plus sign.
 *
 * <ul>
 *   <li>FORMAT is the number of the promises about published files: 2 since blobs match their
 *       digests, 3 since the modification time is not taken from a SHA-256 any more, 4 since there
 *       is a directory for each epoch, 5 since large files have one of their own, 6 since an
 *       absence may have a link.
 *   <li>BOOT is the boot of the kernel: most files are not forced, so a power failure may damage
 *       them.
 *   <li>RING is the beginning of the SHA-256 of the ring, in hex: names change hands with it.
 * </ul>
 *
 * <p>nginx's own start computes the name, and so does every sidecar. Whichever starts first, nginx
 * cannot reach the files of another epoch. In Compose, the shell script {@code compose/start-nginx}
 * computes it.
 */
public final class Epoch {
  /** The environment variable that names the boot if the kernel does not. */
  public static final String BOOT_VARIABLE = "HOLDFAST_BOOT_ID";

  private static final int FORMAT = 6;
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Pattern BOOT = Pattern.compile("[A-Za-z0-9-]{1,64}");
  private static final int RING_BYTES = 8;

  /** The boot if nobody names it: each process has one of its own. */
  private static final String OWN_BOOT = UUID.randomUUID().toString();

  private Epoch() {}

  /**
   * Returns the epoch of this boot.
   *
   * @param ring the sidecars in their order
   * @throws StartFailure.BootUnknown if the environment's name of the boot cannot be part of a
   *     directory's name, or the kernel's name of it cannot be read
   */
  public static String of(List<String> ring) throws StartFailure.BootUnknown {
    return of(boot(), ring);
  }

  /**
   * Returns the epoch of this boot, and refuses a boot that other processes would name differently.
   */
  public static String sharedOf(List<String> ring) throws StartFailure.BootUnknown {
    return of(
        named()
            .orElseThrow(
                () ->
                    new StartFailure.BootUnknown(
                        "this machine does not name its boot: set the same here and for every"
                            + " sidecar, and another one after each boot",
                        null)),
        ring);
  }

  /** Returns the name of this boot, as far as it is known. */
  static String boot() throws StartFailure.BootUnknown {
    return named().orElse(OWN_BOOT);
  }

  public static String of(String boot, List<String> ring) {
    return FORMAT + "+" + boot + "+" + hash(String.join(",", ring));
  }

  /** Returns the directory of the published files of an epoch. */
  public static Path published(Path stagingDir, String epoch) {
    return stagingDir.resolve("published").resolve(epoch);
  }

  private static Optional<String> named() throws StartFailure.BootUnknown {
    String named = System.getenv().getOrDefault(BOOT_VARIABLE, "");
    if (!named.isEmpty()) {
      if (!BOOT.matcher(named).matches()) {
        throw new StartFailure.BootUnknown(
            "must be 1 to 64 letters, digits and dashes, not " + named, null);
      }
      return Optional.of(named);
    }
    try {
      return Files.exists(BOOT_ID)
          ? Optional.of(Files.readString(BOOT_ID).strip())
          : Optional.empty();
    } catch (IOException e) {
      throw new StartFailure.BootUnknown("cannot read " + e.getMessage(), e);
    }
  }

  private static String hash(String ring) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(ring.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, RING_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
