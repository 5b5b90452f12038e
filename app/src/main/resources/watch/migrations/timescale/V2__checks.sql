-- The same table as a hypertable of TimescaleDB, with a chunk a day.
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
);

SELECT create_hypertable('checks', 'due', chunk_time_interval => INTERVAL '1 day');
