-- The same table as a hypertable of TimescaleDB, with a chunk a day.
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
);

SELECT create_hypertable('checks', 'due', chunk_time_interval => INTERVAL '1 day');
