package dev.holdfast.watcher.probe;

import java.io.UncheckedIOException;
import java.util.List;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpConnection;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http2.frame.FrameType;
import org.apache.hc.core5.http2.frame.RawFrame;
import org.apache.hc.core5.http2.impl.nio.H2StreamListener;

/**
 * Counts the frames of an answer by HTTP/2 that are not of its body: HttpCore keeps the parts of a
 * head until it is whole, its fields, and the replies to pings and settings.
 *
 * <p>Threading: the loop's thread.
 */
final class AnswerFrames implements H2StreamListener {
  private final BodyStore answer;
  private long partBytes;
  private long bytes;

  AnswerFrames(BodyStore answer) {
    this.answer = answer;
  }

  @Override
  public void onFrameInput(HttpConnection connection, int stream, RawFrame frame) {
    if (FrameType.DATA.same(frame.getType())) {
      return;
    }
    int size = frame.getLength() + BodyStore.PIECE_BYTES;
    if (FrameType.HEADERS.same(frame.getType()) || FrameType.CONTINUATION.same(frame.getType())) {
      partBytes += size;
    } else {
      bytes += size;
    }
    note();
  }

  @Override
  public void onHeaderInput(HttpConnection connection, int stream, List<? extends Header> fields) {
    partBytes = 0;
    for (Header field : fields) {
      String value = field.getValue() == null ? "" : field.getValue();
      bytes += field.getName().length() + value.length() + BodyStore.PIECE_BYTES;
    }
    note();
  }

  private void note() {
    if (!answer.head(bytes + partBytes)) {
      throw new UncheckedIOException(
          new MessageConstraintException("The head has more than " + Wires.HEAD_BYTES_MAX));
    }
  }

  @Override
  public void onHeaderOutput(
      HttpConnection connection, int stream, List<? extends Header> fields) {}

  @Override
  public void onFrameOutput(HttpConnection connection, int stream, RawFrame frame) {}

  @Override
  public void onInputFlowControl(HttpConnection connection, int stream, int delta, int actual) {}

  @Override
  public void onOutputFlowControl(HttpConnection connection, int stream, int delta, int actual) {}
}
