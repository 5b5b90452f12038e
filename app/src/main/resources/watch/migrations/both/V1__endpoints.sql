-- Everything that is checked. The number stands for the id in all other tables. A removed endpoint
-- keeps its row and its number, so that its history keeps its name.
CREATE TABLE endpoints (
  number      integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id          text        NOT NULL UNIQUE,
  group_name  text        NOT NULL,
  url         text        NOT NULL,
  interval_ms integer     NOT NULL,
  spec        jsonb       NOT NULL,
  revision    bigint      NOT NULL,
  changed_at  timestamptz NOT NULL DEFAULT now(),
  deleted_at  timestamptz
);

-- An agent asks for everything above the revision that it has.
CREATE INDEX endpoints_by_revision ON endpoints (revision);

CREATE TABLE locations (
  number smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name   text NOT NULL UNIQUE
);

-- The last result of each endpoint that counts, from each location.
CREATE TABLE state (
  endpoint integer     NOT NULL,
  location smallint    NOT NULL,
  due      timestamptz NOT NULL, -- of that result
  outcome  smallint    NOT NULL,
  reason   smallint    NOT NULL,
  since    timestamptz NOT NULL, -- the due time of the first result in a row with this outcome
  PRIMARY KEY (endpoint, location)
) WITH (fillfactor = 70);

-- Silences of an agent: each stands for all slots of its endpoints that are due in (after, until].
CREATE TABLE gaps (
  location smallint    NOT NULL,
  after    timestamptz NOT NULL,
  until    timestamptz NOT NULL,
  slots    bigint      NOT NULL,
  reason   smallint    NOT NULL,
  PRIMARY KEY (location, after, until)
);
