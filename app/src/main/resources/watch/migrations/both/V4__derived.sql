-- The endpoint that another one is derived from: one at a single address of its name. It is in no
-- list, and goes with its parent.
ALTER TABLE endpoints ADD COLUMN parent integer REFERENCES endpoints (number);
CREATE INDEX endpoints_by_parent ON endpoints (parent) WHERE parent IS NOT NULL;
