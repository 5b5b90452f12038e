package dev.holdfast.watcher.probe;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.ProtocolVersion;
import org.apache.hc.core5.http.impl.BasicEntityDetails;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.AsyncClientExchangeHandler;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.apache.hc.core5.http.nio.RequestChannel;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.net.URIAuthority;

/**
 * The request and the answer of one visit, as HttpCore writes and reads them.
 *
 * <p>Threading: the loop's thread.
 */
final class Exchange implements AsyncClientExchangeHandler {
  /** The most interim answers (RFC 9110 section 15.2) before the real one. */
  static final int INTERIM_MAX = 10;

  private static final String USER_AGENT = "holdfast-watch";

  private final VisitPlan plan;
  private final Marks marks;
  private final boolean isH2;
  private final BodyStore body;
  private final BiConsumer<Integer, String> headed;
  private final Consumer<VisitEnd> end;
  private final ByteBuffer unsent;
  private HttpResponse response;
  private int interim;
  private boolean isOver;

  /**
   * An exchange.
   *
   * @param headed takes the status code and the protocol when the head of the answer is there
   */
  Exchange(
      VisitPlan plan,
      Marks marks,
      boolean isH2,
      BodyStore body,
      BiConsumer<Integer, String> headed,
      Consumer<VisitEnd> end) {
    this.plan = plan;
    this.marks = marks;
    this.isH2 = isH2;
    this.body = body;
    this.headed = headed;
    this.end = end;
    this.unsent = ByteBuffer.wrap(plan.outgoing().body().orElse(new byte[0]));
  }

  @Override
  public void produceRequest(RequestChannel channel, HttpContext context)
      throws HttpException, IOException {
    boolean hasBody = plan.outgoing().body().isPresent();
    EntityDetails entity = hasBody ? new BasicEntityDetails(unsent.remaining(), null) : null;
    channel.sendRequest(request(), entity, context);
    if (!hasBody) {
      marks.sent();
    }
  }

  private BasicHttpRequest request() {
    Target target = plan.target();
    Outgoing outgoing = plan.outgoing();
    String authority = outgoing.authority().orElse(target.authority());
    var request =
        new BasicHttpRequest(
            outgoing.method(),
            target.isTls() ? "https" : "http",
            isH2 ? authority(authority) : null,
            target.path());
    if (!isH2) {
      request.setVersion(HttpVersion.HTTP_1_1);
      request.addHeader("Host", authority);
      if (plan.keeping().isEmpty()) {
        // The server closes first, so the port that waits for late packets is the server's.
        request.addHeader("Connection", "close");
      }
    }
    setUnlessGiven(request, "User-Agent", USER_AGENT);
    setUnlessGiven(request, "Accept", "*/*");
    setUnlessGiven(request, "Accept-Encoding", "gzip, deflate");
    if (outgoing.body().isPresent()) {
      request.addHeader("Content-Length", unsent.remaining());
    }
    outgoing.fields().forEach(field -> request.addHeader(field.name(), field.value()));
    return request;
  }

  private void setUnlessGiven(BasicHttpRequest request, String name, String value) {
    if (!plan.outgoing().has(name)) {
      request.addHeader(name, value);
    }
  }

  private static URIAuthority authority(String text) {
    try {
      return URIAuthority.create(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("Host is no authority: " + text, e);
    }
  }

  @Override
  public int available() {
    return unsent.remaining();
  }

  @Override
  public void produce(DataStreamChannel channel) throws IOException {
    if (unsent.hasRemaining()) {
      channel.write(unsent);
    }
    if (!unsent.hasRemaining()) {
      channel.endStream();
      marks.sent();
    }
  }

  @Override
  public void consumeInformation(HttpResponse interimResponse, HttpContext context)
      throws HttpException {
    interim++;
    if (interim > INTERIM_MAX) {
      throw new ProtocolException("more than " + INTERIM_MAX + " interim answers");
    }
  }

  @Override
  public void consumeResponse(HttpResponse head, EntityDetails entity, HttpContext context) {
    response = head;
    marks.head();
    headed.accept(head.getCode(), protocol());
    if (plan.wish().isBodySearched() || head.containsHeader("Content-Encoding")) {
      body.keep();
    }
    if (entity == null) {
      marks.ended();
      answered(false);
    } else if (plan.wish().isFollowing() && Redirects.isRedirect(head.getCode())) {
      // The body of a redirect is for people. It is not waited for.
      answered(false);
    }
  }

  @Override
  public void updateCapacity(CapacityChannel channel) throws IOException {
    // The bound of the body ends the visit, so no window has to.
    channel.update(Integer.MAX_VALUE);
  }

  @Override
  public void consume(ByteBuffer src) {
    if (!isOver && !body.take(src)) {
      marks.ended();
      answered(true);
    }
  }

  @Override
  public void streamEnd(List<? extends Header> trailers) {
    if (!isOver) {
      marks.ended();
      answered(false);
    }
  }

  @Override
  public void failed(Exception cause) {
    end.accept(new VisitEnd.Failed(marks.stage(), cause));
  }

  @Override
  public void cancel() {
    // HttpCore cancels what waits when a connection ends.
    failed(new ConnectionClosedException("connection closed"));
  }

  @Override
  public void releaseResources() {}

  private String protocol() {
    ProtocolVersion version = response.getVersion();
    return isH2 ? "HTTP/2" : String.valueOf(version == null ? HttpVersion.HTTP_1_1 : version);
  }

  private void answered(boolean isTruncated) {
    isOver = true;
    List<Outgoing.Field> fields = new ArrayList<>();
    for (Header header : response.getHeaders()) {
      fields.add(new Outgoing.Field(header.getName(), String.valueOf(header.getValue()), false));
    }
    end.accept(
        new VisitEnd.Answered(
            new VisitEnd.Response(response.getCode(), fields, protocol(), body, isTruncated)));
  }
}
