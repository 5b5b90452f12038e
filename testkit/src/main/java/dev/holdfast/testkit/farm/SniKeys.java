package dev.holdfast.testkit.farm;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;

/** Chooses a certificate by the name that the client asks for (RFC 6066 section 3). */
final class SniKeys extends X509ExtendedKeyManager {
  /** The identity of a client that names no host. */
  static final String NO_NAME = "";

  private final Map<String, Authority.Identity> identities = new ConcurrentHashMap<>();

  void put(String name, Authority.Identity identity) {
    identities.put(name, identity);
  }

  /** Returns the name that the client of a handshake asks for, or an empty text. */
  static String asked(SSLSocket socket) {
    if (socket.getHandshakeSession() instanceof ExtendedSSLSession session) {
      return name(session.getRequestedServerNames());
    }
    return socket.getSession() instanceof ExtendedSSLSession session
        ? name(session.getRequestedServerNames())
        : NO_NAME;
  }

  private static String name(List<SNIServerName> names) {
    return names.stream()
        .filter(SNIHostName.class::isInstance)
        .map(name -> ((SNIHostName) name).getAsciiName())
        .findFirst()
        .orElse(NO_NAME);
  }

  @Override
  public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    String name = asked((SSLSocket) socket);
    return keyType.equals("EC") && identities.containsKey(name) ? name : null;
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
