-- Where a surface was last asked: surfaces of one host are judged together, and a near host needs no witness.
ALTER TABLE surface ADD COLUMN host TEXT NOT NULL DEFAULT '';
ALTER TABLE surface ADD COLUMN reach TEXT NOT NULL DEFAULT 'internet';
