package dev.holdfast.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;

/**
 * A proxy of the machine that reaches nobody. It is that of the whole JVM until it is closed. A
 * request that goes through it fails.
 */
public final class DeadProxy extends ProxySelector implements AutoCloseable {
  private final ProxySelector before = ProxySelector.getDefault();

  private DeadProxy() {}

  /** Makes it the proxy of the JVM. */
  public static DeadProxy set() {
    var proxy = new DeadProxy();
    ProxySelector.setDefault(proxy);
    return proxy;
  }

  @Override
  public List<Proxy> select(URI uri) {
    var nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    return List.of(new Proxy(Proxy.Type.HTTP, nobody));
  }

  @Override
  public void connectFailed(URI uri, SocketAddress proxy, IOException e) {}

  @Override
  public void close() {
    ProxySelector.setDefault(before);
  }
}
