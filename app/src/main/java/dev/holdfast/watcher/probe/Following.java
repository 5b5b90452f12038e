package dev.holdfast.watcher.probe;

import dev.holdfast.watcher.Endpoint;
import dev.holdfast.watcher.Reason;
import java.util.Optional;

/**
 * Follows the redirects of one check. The URLs that they lead to take room until its end.
 *
 * <p>Threading: any number of threads: a check may end while a redirect comes. The lock is this
 * object.
 */
final class Following {
  /**
   * A character of a URL takes about so many bytes: it stands in the URL, its parts and its key.
   */
  private static final int URL_FACTOR = 4;

  private final Endpoint endpoint;
  private final Target home;
  private final BodyRoom room;
  private long taken; // guarded by this
  private boolean isLeft; // guarded by this

  /**
   * @param home the origin of the endpoint, where secrets may go
   */
  Following(Endpoint endpoint, Target home, BodyRoom room) {
    this.endpoint = endpoint;
    this.home = home;
    this.room = room;
  }

  /** What comes after a redirect. */
  sealed interface After {
    /** A further request. */
    record Request(Progress progress) implements After {}

    /** The end of the check. */
    record End(Progress progress, Ending ending) implements After {}
  }

  /** Returns true if an answer is a redirect that the endpoint follows. */
  boolean follows(VisitEnd.Response response) {
    return endpoint.reach().isFollowing() && Redirects.isRedirect(response.code());
  }

  /** Returns what comes after a redirect. */
  After after(Progress progress, VisitEnd.Response response) {
    Optional<String> location = response.field("Location");
    return switch (Redirects.next(
        progress.url(), home, progress.outgoing(), response.code(), location)) {
      case Redirects.Next.Refused(Reason reason, String detail) ->
          new After.End(progress, Ending.down(reason, detail));
      case Redirects.Next.Hop hop -> after(progress.to(hop), hop);
    };
  }

  private After after(Progress next, Redirects.Next.Hop hop) {
    String to = hop.target().shown();
    if (hop.isDowngrade() && endpoint.reach().isTlsRequired()) {
      return new After.End(next, Ending.down(Reason.NOT_TLS, to));
    }
    if (next.isLoop()) {
      return new After.End(next, Ending.down(Reason.REDIRECT_LOOP, to));
    }
    if (next.answer().hops().size() > Redirects.HOPS_MAX) {
      String detail = "more than " + Redirects.HOPS_MAX + ", the next to " + to;
      return new After.End(next, Ending.down(Reason.TOO_MANY_REDIRECTS, detail));
    }
    if (!take((long) URL_FACTOR * hop.url().toString().length())) {
      String detail = "the URLs of redirects find no room";
      return new After.End(next, Ending.agent(Reason.AGENT_MEMORY, detail));
    }
    return new After.Request(next);
  }

  /** Takes room, or none after the end of the check. Returns false if there is not enough. */
  private synchronized boolean take(long bytes) {
    if (!isLeft) {
      if (!room.take(bytes)) {
        return false;
      }
      taken += bytes;
    }
    return true;
  }

  /** The check is over. */
  synchronized void leave() {
    isLeft = true;
    room.leave(taken);
    taken = 0;
  }
}
