-- What made a verdict: which results counted, who proved them, and what they looked like from here.
ALTER TABLE result ADD COLUMN counted INTEGER NOT NULL DEFAULT 1;

ALTER TABLE evidence ADD COLUMN witness TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN request_id TEXT NOT NULL DEFAULT '';
ALTER TABLE evidence ADD COLUMN network TEXT NOT NULL DEFAULT '{}';
