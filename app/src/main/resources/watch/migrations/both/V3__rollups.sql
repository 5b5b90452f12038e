-- Figures of windows of 5 minutes, an hour and a day (UTC), computed anew whenever a window got
-- rows. The histogram is that of the sites' time in microseconds, log-linear, and can be merged.
CREATE TABLE checks_5m (
  endpoint   integer     NOT NULL,
  location   smallint    NOT NULL,
  start      timestamptz NOT NULL,
  slots      bigint      NOT NULL,
  up         bigint      NOT NULL,
  degraded   bigint      NOT NULL,
  down       bigint      NOT NULL,
  undecided  bigint      NOT NULL,
  agent      bigint      NOT NULL,
  missed     bigint      NOT NULL,
  tainted    bigint      NOT NULL,
  micros_sum bigint      NOT NULL,
  micros_max bigint      NOT NULL,
  histogram  bytea       NOT NULL,
  PRIMARY KEY (endpoint, start, location)
);
CREATE INDEX checks_5m_by_start ON checks_5m (start);
CREATE TABLE checks_1h (LIKE checks_5m INCLUDING ALL);
CREATE TABLE checks_1d (LIKE checks_5m INCLUDING ALL);

-- Windows that got rows since they were computed last.
CREATE TABLE windows_to_do (
  minutes integer     NOT NULL, -- 5, 60 or 1440
  start   timestamptz NOT NULL,
  touched bigint      NOT NULL DEFAULT 0,
  PRIMARY KEY (minutes, start)
) WITH (fillfactor = 50);
