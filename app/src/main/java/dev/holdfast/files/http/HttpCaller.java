package dev.holdfast.files.http;

import dev.holdfast.files.Caller;
import dev.holdfast.http.RequestId;
import dev.holdfast.http.RequestPlace;
import java.io.IOException;

/**
 * A caller of the file service that asks over HTTP: it has one of the bounded places, and an id in
 * the log.
 *
 * <p>Threading: may be used from any number of threads.
 */
public final class HttpCaller implements Caller {
  @Override
  public <T> T whileWaiting(Wait<T> wait, T refused) throws IOException, InterruptedException {
    return RequestPlace.whileWaiting(wait::run, refused);
  }

  @Override
  public Runnable carried(Runnable task) {
    return RequestId.carried(task);
  }
}
