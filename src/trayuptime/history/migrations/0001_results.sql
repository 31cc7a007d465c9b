-- Results are appended in the order of time: one page a commit, whatever the number of surfaces.
-- id = milliseconds since 1970 * 1024 + surface, so that a window of time is a range of ids.
CREATE TABLE surface (
    id       INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    surface  TEXT NOT NULL,
    UNIQUE (provider, surface)
);

CREATE TABLE result (
    id          INTEGER PRIMARY KEY,
    reason      TEXT NOT NULL,
    level       TEXT NOT NULL,
    latency_ms  REAL,
    http_status INTEGER,
    interval_s  REAL NOT NULL,
    proven      INTEGER NOT NULL
);

-- What a failure looked like, redacted; joined by the result's id.
CREATE TABLE evidence (
    id      INTEGER PRIMARY KEY,
    detail  TEXT NOT NULL,
    excerpt TEXT NOT NULL,
    phases  TEXT NOT NULL
);

CREATE TABLE incident (
    id         INTEGER PRIMARY KEY,
    provider   TEXT NOT NULL,
    surface    TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at   INTEGER,
    body       BLOB NOT NULL
);
CREATE INDEX incident_by_start ON incident (started_at);

CREATE TABLE gap (
    at       INTEGER NOT NULL,
    until    INTEGER NOT NULL,
    cause    TEXT NOT NULL,
    provider TEXT,
    surface  TEXT
);
CREATE INDEX gap_by_start ON gap (at);

-- Every transition as the public event that was told, for the time line and for explaining.
CREATE TABLE transition (
    at    INTEGER NOT NULL,
    event TEXT NOT NULL,
    body  TEXT NOT NULL
);
CREATE INDEX transition_by_time ON transition (at);

CREATE TABLE switch (
    at       INTEGER NOT NULL,
    provider TEXT NOT NULL,
    target   TEXT NOT NULL,
    back     INTEGER NOT NULL
);

-- The judge's state at a moment; results after it are replayed on top.
CREATE TABLE snapshot (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    at   INTEGER NOT NULL,
    body BLOB NOT NULL
);
