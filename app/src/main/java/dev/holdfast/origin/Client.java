package dev.holdfast.origin;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/** Sets every option of HttpClient that matters here: one request is one request. */
final class Client {
  /** How soon a host that is gone without a word is noticed, in seconds. */
  private static final int KEEP_ALIVE_IDLE_S = 10;

  private static final int KEEP_ALIVE_INTERVAL_S = 5;
  private static final int KEEP_ALIVE_COUNT = 3;

  private Client() {}

  /**
   * How long an idle connection is kept if the server does not say how long it keeps it. Long: an
   * old connection tells that the server has not been restarted since ({@link Answered}).
   */
  private static final TimeValue IDLE_MAX = TimeValue.ofHours(1);

  private static final AtomicLong CONNECTIONS = new AtomicLong();

  static CloseableHttpClient create(OriginConfig config, Exchanges exchanges) {
    var silence = Timeout.ofMilliseconds(config.silenceMaxMs());
    return HttpClients.custom()
        .setRequestExecutor(exchanges)
        .setConnectionManager(connections(config, silence))
        .setDefaultRequestConfig(
            RequestConfig.custom()
                // The permits are what is waited for; with one of them there is a connection.
                .setConnectionRequestTimeout(Timeout.ofMilliseconds(config.connectTimeoutMs()))
                .setResponseTimeout(silence)
                .setConnectionKeepAlive(IDLE_MAX)
                .setExpectContinueEnabled(false)
                .setRedirectsEnabled(false)
                .setAuthenticationEnabled(false)
                .setContentCompressionEnabled(false)
                .build())
        .setUserAgent("holdfast")
        // Or a server may code the file (RFC 9110, 12.5.3), which would be taken for its bytes.
        .setDefaultHeaders(List.of(new BasicHeader(HttpHeaders.ACCEPT_ENCODING, Answers.NOT_CODED)))
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableContentCompression()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableConnectionState()
        .build();
  }

  private static PoolingHttpClientConnectionManager connections(
      OriginConfig config, Timeout silence) {
    return PoolingHttpClientConnectionManagerBuilder.create()
        .setConnectionFactory(_ -> new OriginConnection("origin-" + CONNECTIONS.incrementAndGet()))
        .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.STRICT)
        // In turn: the oldest one, whose answers prove the most, is used as often as the others.
        .setConnPoolPolicy(PoolReusePolicy.FIFO)
        .setMaxConnTotal(config.connectionsMax())
        .setMaxConnPerRoute(config.connectionsMax())
        .setDefaultConnectionConfig(
            ConnectionConfig.custom()
                .setConnectTimeout(Timeout.ofMilliseconds(config.connectTimeoutMs()))
                .setSocketTimeout(silence)
                // A connection that the server closed in silence must not cost a request.
                .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
                .setTimeToLive(TimeValue.NEG_ONE_MILLISECOND) // for ever
                .build())
        .setDefaultSocketConfig(
            SocketConfig.custom()
                .setSoTimeout(silence)
                .setTcpNoDelay(true)
                .setSoKeepAlive(true)
                .setTcpKeepIdle(KEEP_ALIVE_IDLE_S)
                .setTcpKeepInterval(KEEP_ALIVE_INTERVAL_S)
                .setTcpKeepCount(KEEP_ALIVE_COUNT)
                .build())
        .build();
  }
}
