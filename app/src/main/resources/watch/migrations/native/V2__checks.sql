-- One row for each slot and each check again. A phase that a check did not reach is NULL. Each day
-- has a partition of its own (UTC), which the program makes ahead and drops after its retention.
-- The order of the columns leaves no gaps between them.
CREATE TABLE checks (
  endpoint         integer     NOT NULL,
  location         smallint    NOT NULL,
  kind             smallint    NOT NULL,
  due              timestamptz NOT NULL,
  certificate_ends timestamptz,
  outcome          smallint    NOT NULL,
  reason           smallint    NOT NULL,
  flags            smallint    NOT NULL,
  status           smallint,
  late_us          integer     NOT NULL,
  lag_us           integer     NOT NULL,
  wait_us          integer,
  dns_us           integer,
  connect_us       integer,
  tls_us           integer,
  first_byte_us    integer,
  transfer_us      integer,
  body_bytes       integer,
  protocol         text,
  address          inet,
  detail           text,
  hops             text,
  PRIMARY KEY (endpoint, due, location, kind)
) PARTITION BY RANGE (due);

-- For the figures of windows, which read all endpoints of a few minutes. Rows come nearly in the
-- order of their due times, so a few bytes for each range of pages are enough.
CREATE INDEX checks_by_due ON checks USING brin (due) WITH (pages_per_range = 32, autosummarize = on);
