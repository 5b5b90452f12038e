-- One row for each slot and each check again. A phase that a check did not reach is NULL. Each day
-- has a partition of its own (UTC), which the program makes ahead and drops after its retention.
CREATE TABLE checks (
  endpoint         integer     NOT NULL,
  due              timestamptz NOT NULL,
  location         smallint    NOT NULL,
  kind             smallint    NOT NULL,
  outcome          smallint    NOT NULL,
  reason           smallint    NOT NULL,
  flags            smallint    NOT NULL,
  late_us          bigint      NOT NULL,
  lag_us           bigint      NOT NULL,
  wait_us          bigint,
  dns_us           bigint,
  connect_us       bigint,
  tls_us           bigint,
  first_byte_us    bigint,
  transfer_us      bigint,
  status           smallint,
  body_bytes       bigint,
  protocol         text,
  address          inet,
  certificate_ends timestamptz,
  detail           text,
  hops             text,
  PRIMARY KEY (endpoint, due, location, kind)
) PARTITION BY RANGE (due);

-- For the figures of windows, which read all endpoints of a few minutes. Rows come nearly in the
-- order of their due times, so a few bytes for each range of pages are enough.
CREATE INDEX checks_by_due ON checks USING brin (due) WITH (pages_per_range = 32, autosummarize = on);
