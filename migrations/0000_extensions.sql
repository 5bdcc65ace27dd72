-- Searching the directory by any three letters of a name.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
