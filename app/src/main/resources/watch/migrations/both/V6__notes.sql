-- A note is appended for each batch of rows, so that who writes rows waits for nobody: a window may
-- have several. Who computes a window takes all its notes.
ALTER TABLE windows_to_do DROP CONSTRAINT windows_to_do_pkey;
ALTER TABLE windows_to_do DROP COLUMN touched;
ALTER TABLE windows_to_do RESET (fillfactor);
CREATE INDEX windows_to_do_by_start ON windows_to_do (minutes, start);

-- Checks again. The other figures are of slots alone.
ALTER TABLE checks_5m ADD COLUMN again bigint NOT NULL DEFAULT 0;
ALTER TABLE checks_1h ADD COLUMN again bigint NOT NULL DEFAULT 0;
ALTER TABLE checks_1d ADD COLUMN again bigint NOT NULL DEFAULT 0;
