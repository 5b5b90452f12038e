package dev.holdfast.watcher.probe;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cryptography that handshakes use: native code, or that of the JDK. Most of a check by https
 * is elliptic curves, and native code computes them faster. TLS itself and the verdict on a chain
 * are those of the JDK in either case.
 *
 * <p>The JDK's list of providers belongs to the whole process. So does the choice, until it is
 * closed.
 *
 * <p>Threading: any number of threads.
 */
public final class Cryptography implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Cryptography.class);

  /** The platform of the library in our jar, by the names that the JDK has for it. */
  private static final String PLATFORM = "Linux amd64";

  /** The provider that this object has installed. */
  private final Optional<Provider> installed;

  /** The cryptography to use. */
  public enum Choice {
    /** Native code where it can be loaded, elsewhere that of the JDK. */
    NATIVE,
    JDK
  }

  private Cryptography(Optional<Provider> installed) {
    this.installed = installed;
  }

  /** Starts to use a cryptography. Logs why it is that of the JDK if native code was asked for. */
  public static Cryptography start(Choice choice) {
    return start(choice, Cryptography::load);
  }

  /**
   * Starts to use a cryptography.
   *
   * @param loader returns the provider of native code, or throws if it cannot be used
   */
  static Cryptography start(Choice choice, Supplier<Provider> loader) {
    return switch (choice) {
      case JDK -> new Cryptography(Optional.empty());
      case NATIVE -> new Cryptography(install(loader));
    };
  }

  private static Optional<Provider> install(Supplier<Provider> loader) {
    try {
      Provider provider = loader.get();
      boolean isFirst = Security.insertProviderAt(provider, 1) == 1;
      return isFirst ? Optional.of(provider) : Optional.empty(); // it is there already
    } catch (RuntimeException | LinkageError e) {
      log.warn(
          "checks by https have the cryptography of the JDK, which takes more CPU: {}",
          e instanceof IllegalStateException ? e.getMessage() : e.toString());
      return Optional.empty();
    }
  }

  private static Provider load() {
    String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!platform.equals(PLATFORM)) {
      throw new IllegalStateException("native code is for " + PLATFORM + ", not for " + platform);
    }
    AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
    Throwable fault = provider.getLoadingError();
    if (fault != null) {
      throw new IllegalStateException(
          "native code cannot be unpacked into java.io.tmpdir and run there: " + fault, fault);
    }
    provider.assertHealthy(); // throws if one of its self tests fails
    return provider;
  }

  /** Returns the name and the version of the provider that computes elliptic curves now. */
  public static String inUse() {
    try {
      Provider provider = KeyPairGenerator.getInstance("EC").getProvider();
      return provider.getName() + " " + provider.getVersionStr();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has elliptic curves", e);
    }
  }

  /** Ends the use, so that the process has the cryptography of the JDK again. */
  @Override
  public void close() {
    installed.ifPresent(provider -> Security.removeProvider(provider.getName()));
  }
}
