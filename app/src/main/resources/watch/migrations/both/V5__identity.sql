-- The identity of this database. Rows that wait on the disk of an agent go into no other one.
CREATE TABLE watch_database (id uuid PRIMARY KEY);
INSERT INTO watch_database VALUES (gen_random_uuid());
