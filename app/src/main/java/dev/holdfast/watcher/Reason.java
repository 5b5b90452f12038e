package dev.holdfast.watcher;

/** The reason for the outcome of a slot. Each reason belongs to one outcome, or to two. */
public enum Reason {
  /** Nothing was wrong. */
  NONE("none"),

  /** The name does not exist, or has no address. */
  DNS("dns"),
  /** No server of the resolver can say, and one has said so. */
  DNS_FAILURE("dns failure"),
  CONNECT_REFUSED("connection refused"),
  CONNECT_TIMEOUT("connect timeout"),
  /** The network said that the address cannot be reached. */
  UNREACHABLE("unreachable"),
  TLS_EXPIRED("certificate expired"),
  TLS_NOT_YET_VALID("certificate not yet valid"),
  TLS_WRONG_NAME("certificate of another name"),
  TLS_UNKNOWN_CA("certificate of an unknown authority"),
  TLS_INCOMPLETE_CHAIN("incomplete certificate chain"),
  TLS_FAILURE("tls failure"),
  TLS_TIMEOUT("tls timeout"),
  /** The request was not sent whole in time. */
  REQUEST_TIMEOUT("request timeout"),
  /** No head of an answer came in time. */
  RESPONSE_TIMEOUT("response timeout"),
  /** The connection ended before the head of an answer. */
  NO_RESPONSE("no response"),
  /** The answer is no HTTP, or its head is beyond a bound. */
  BAD_RESPONSE("bad response"),
  /** The body did not come whole in time. */
  BODY_TIMEOUT("body timeout"),
  /** The connection ended before the end of the body. */
  BODY_CUT("body cut"),
  /** The decoded body is beyond its bound. */
  TOO_LARGE("too large"),
  /** The body does not decode as its Content-Encoding says. */
  BAD_ENCODING("bad encoding"),
  STATUS("status"),
  /** The site asks to come later: 429, or 503 with Retry-After. */
  RETRY_LATER("retry later"),
  PATTERN_MISSING("pattern not found"),
  PATTERN_PRESENT("forbidden pattern found"),
  TEXT_MISSING("text not found"),
  /** The answer has no body, and a pattern or a text was to be found in it. */
  NO_BODY("no body"),
  REDIRECT_LOOP("redirect loop"),
  TOO_MANY_REDIRECTS("too many redirects"),
  BAD_REDIRECT("bad redirect"),
  /** The endpoint requires TLS, and a redirect led to plain http. */
  NOT_TLS("redirected to http"),
  /** The guard forbids the address. */
  FORBIDDEN("forbidden address"),
  CERTIFICATE_ENDS_SOON("certificate ends soon"),

  /** The step limit of a pattern ended the search. */
  PATTERN_LIMIT("pattern limit"),

  /** The process did not run for a while. */
  STALLED("agent stalled"),
  NO_DESCRIPTORS("agent has no file descriptors"),
  NO_PORTS("agent has no ports"),
  /** No server of the resolver answered in time. Nobody knows whose fault that is. */
  DNS_TIMEOUT("dns timeout"),
  /** Most names fail at once, or no server can be asked, so the agent's resolver is at fault. */
  AGENT_DNS("agent dns"),
  /** The agent's own network is down. */
  AGENT_NETWORK("agent network"),
  AGENT_MEMORY("agent memory"),
  AGENT_FAILURE("agent failure"),

  /** The check could not start in time. */
  LATE("late"),
  /** The check before it of the same endpoint still ran. */
  OVERLAP("overlap"),
  /** As many checks ran as may. */
  SATURATED("saturated"),
  /** The wall clock was set, or the machine was suspended. */
  CLOCK("clock set"),
  /** Nobody had the lease of the endpoint. */
  TAKEOVER("takeover"),
  /** The site had asked to be left alone until later, by Retry-After. */
  ASKED_LATER("asked to come later");

  private final String words;

  Reason(String words) {
    this.words = words;
  }

  /** Returns the reason in English words, lower case. */
  public String words() {
    return words;
  }
}
