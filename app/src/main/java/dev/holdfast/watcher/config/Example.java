package dev.holdfast.watcher.config;

import dev.holdfast.bounds.Bounds;

/**
 * Writes a file to start from: its comments explain the keys, and its hosts are of the top-level
 * domain {@code .example}, which nobody has (RFC 2606).
 */
public final class Example {
  private static final String HEAD =
      """
      # The endpoints that the watcher checks. docs/watcher.md lists all keys and their bounds.
      # An endpoint's own keys come before those of its group, and those before the defaults.

      defaults:
        interval: 60s           # 5s to 300s
        timeout: 10s            # 50ms to 60s, from the start of a check to its end
        expect:
          status: 200-299       # codes and ranges, such as 200-299,301
        tls:
          days: 14              # a certificate that ends sooner makes the endpoint degraded
      # auth:                   # a secret is never in this file
      #   bearer: ${env:TOKEN}
      # allow_nets: [10.0.0.0/8] # private nets are refused unless they are named

      endpoints:
        # A URL is enough. The id follows from it: www.site.example
        - url: https://www.site.example/
      """;

  private static final String PAGE =
      """

        # A page that has to show something, and must not show something else.
        - id: shop-cart
          url: https://shop.site.example/cart
          interval: 30s
          expect:
            must: '(?i)your\\s+cart'
            must_not: ['(?i)internal error', 'stack ?trace']
            text: Checkout
      """;

  private static final String API =
      """

        # An interface that wants credentials, and answers 202.
        - id: api-orders
          url: https://api.site.example/orders
          method: POST
          headers:
            Content-Type: application/json
          body: '{"dry": true}'
          auth:
            basic:
              user: watcher
              password: ${env:ORDERS_PASSWORD}
          expect:
            status: [200, 202]
          redirects: false
      """;

  private static final String GROUP =
      """

      groups:
        - name: many
          defaults:
            interval: 300s
            locations: all      # or the names of some
          endpoints:
      """;

  private Example() {}

  /**
   * Returns the text of a file.
   *
   * @param count how many endpoints it has, 1 to {@link WatchFile#ENDPOINTS_MAX}
   */
  public static String write(int count) {
    Bounds.within("count", count, 1, WatchFile.ENDPOINTS_MAX);
    StringBuilder text = new StringBuilder(HEAD);
    if (count > 1) {
      text.append(PAGE);
    }
    if (count > 2) {
      text.append(API);
    }
    if (count > 3) {
      text.append(GROUP);
    }
    for (int site = 4; site <= count; site++) {
      text.append("      - url: https://site-%05d.example/%n".formatted(site).replace("\r", ""));
    }
    return text.toString();
  }
}
