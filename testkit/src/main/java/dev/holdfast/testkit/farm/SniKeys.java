package dev.holdfast.testkit.farm;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.StandardConstants;
import javax.net.ssl.X509ExtendedKeyManager;

/** Chooses a certificate by the name that the client asks for (RFC 6066 section 3). */
final class SniKeys extends X509ExtendedKeyManager {
  /** The identity of a client that names no host. */
  static final String NO_NAME = "";

  private final Map<String, Authority.Identity> identities = new ConcurrentHashMap<>();

  void put(String name, Authority.Identity identity) {
    identities.put(name, identity);
  }

  /** Notes the name that a client asks for. Takes any. */
  private static final class Asked extends SNIMatcher {
    private volatile String name = NO_NAME;

    Asked() {
      super(StandardConstants.SNI_HOST_NAME);
    }

    @Override
    public boolean matches(SNIServerName asked) {
      name = new SNIHostName(asked.getEncoded()).getAsciiName();
      return true;
    }
  }

  /** Prepares a socket for {@link #asked}, before its handshake. */
  static void note(SSLSocket socket) {
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setSNIMatchers(List.of(new Asked()));
    socket.setSSLParameters(parameters);
  }

  /**
   * Returns the name that the client of a handshake asks for, or an empty text. While a session is
   * resumed the socket has none that says it, and to ask for one then would wait for ever.
   */
  static String asked(SSLSocket socket) {
    return socket.getSSLParameters().getSNIMatchers().stream()
        .filter(Asked.class::isInstance)
        .map(matcher -> ((Asked) matcher).name)
        .findFirst()
        .orElse(NO_NAME);
  }

  @Override
  public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    String name = asked((SSLSocket) socket);
    Authority.Identity identity = identities.get(name);
    boolean isOfType =
        identity != null && identity.keys().getPublic().getAlgorithm().equals(keyType);
    return isOfType ? name : null;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return Optional.ofNullable(identities.get(alias))
        .map(identity -> identity.chain().toArray(X509Certificate[]::new))
        .orElse(null);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return Optional.ofNullable(identities.get(alias))
        .map(identity -> identity.keys().getPrivate())
        .orElse(null);
  }

  @Override
  public String[] getServerAliases(String keyType, Principal[] issuers) {
    return identities.keySet().toArray(String[]::new);
  }

  @Override
  public String[] getClientAliases(String keyType, Principal[] issuers) {
    return null;
  }

  @Override
  public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
    return null;
  }
}
