-- Tells this database from any other: nodes of one cluster must all use the same. A backup keeps it.
CREATE TABLE store_identity (
  id text NOT NULL
);
INSERT INTO store_identity (id) VALUES (gen_random_uuid()::text);
