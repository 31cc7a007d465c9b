-- Recent results lie in columns from here on, with a checksum; see hot.py and upgrade.py.

-- The latencies of fourteen days of a surface in one row: of those of its days that have a row.
-- NULL until they are summed up anew, empty where nothing was measured; see fortnights.py.
-- number = fortnight * 1024 + surface.
CREATE TABLE fortnight (number INTEGER PRIMARY KEY, latencies BLOB);
CREATE INDEX fortnight_missing ON fortnight (number) WHERE latencies IS NULL;
INSERT INTO fortnight SELECT DISTINCT number / 1024 / 14 * 1024 + number % 1024, NULL FROM day;

-- Whoever changes a day, its fortnight has to be summed up anew.
CREATE TRIGGER day_written AFTER INSERT ON day BEGIN
    INSERT OR REPLACE INTO fortnight VALUES (new.number / 1024 / 14 * 1024 + new.number % 1024, NULL);
END;
CREATE TRIGGER day_changed AFTER UPDATE OF number, latencies ON day BEGIN
    INSERT OR REPLACE INTO fortnight VALUES (old.number / 1024 / 14 * 1024 + old.number % 1024, NULL);
    INSERT OR REPLACE INTO fortnight VALUES (new.number / 1024 / 14 * 1024 + new.number % 1024, NULL);
END;
CREATE TRIGGER day_deleted AFTER DELETE ON day BEGIN
    INSERT OR REPLACE INTO fortnight VALUES (old.number / 1024 / 14 * 1024 + old.number % 1024, NULL);
END;

-- The incidents of one surface: at the edges of a window all of a year lie before or after it.
CREATE INDEX incident_by_surface ON incident (provider, surface, ended_at);

-- What became of each day without its latencies, which take nearly all of a row: whoever looks at all days
-- of months reads a tenth.
CREATE INDEX day_sums ON day (
    number, up, down, degraded, asleep, app_off, offline, portal, paused, unproven, unseen, results, strip
);
