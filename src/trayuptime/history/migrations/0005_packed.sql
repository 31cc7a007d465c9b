-- Results as they come: one row a commit; see hot.py.
CREATE TABLE hot (
    id     INTEGER PRIMARY KEY,
    base   INTEGER NOT NULL,
    newest INTEGER NOT NULL,
    body   BLOB NOT NULL
);

-- Results at rest, by surface and hour or day; stretches do not overlap, none reaches beyond
-- its UTC day.
-- first, last: the results at its ends that counted, and until when they speak; negative where they are mute.
-- evidence: what failures in it looked like, redacted.
CREATE TABLE packed (
    id       INTEGER PRIMARY KEY,
    surface  INTEGER NOT NULL,
    since    INTEGER NOT NULL,
    until    INTEGER NOT NULL,
    newest   INTEGER NOT NULL,
    results  INTEGER NOT NULL,
    first_at INTEGER, first_until INTEGER, last_at INTEGER, last_until INTEGER,
    loose    INTEGER NOT NULL,
    body     BLOB NOT NULL,
    evidence BLOB
);
CREATE UNIQUE INDEX packed_by_surface ON packed (surface, since);
-- Hours that wait to become part of their day.
CREATE INDEX packed_loose ON packed (since, surface) WHERE loose;

-- What became of each stretch: milliseconds by status, and the strip of them where there is more than one;
-- `hours` and `latencies` of an hour's or a day's answers; see rolled.py. number = stretch * 1024 + surface.
CREATE TABLE hour (
    number     INTEGER PRIMARY KEY,
    up INTEGER NOT NULL, down INTEGER NOT NULL, degraded INTEGER NOT NULL,
    asleep INTEGER NOT NULL, app_off INTEGER NOT NULL, offline INTEGER NOT NULL,
    portal INTEGER NOT NULL, paused INTEGER NOT NULL, unproven INTEGER NOT NULL, unseen INTEGER NOT NULL,
    results    INTEGER NOT NULL,
    strip      BLOB,
    latencies  BLOB
);
CREATE TABLE day (
    number     INTEGER PRIMARY KEY,
    up INTEGER NOT NULL, down INTEGER NOT NULL, degraded INTEGER NOT NULL,
    asleep INTEGER NOT NULL, app_off INTEGER NOT NULL, offline INTEGER NOT NULL,
    portal INTEGER NOT NULL, paused INTEGER NOT NULL, unproven INTEGER NOT NULL, unseen INTEGER NOT NULL,
    results    INTEGER NOT NULL,
    strip      BLOB,
    latencies  BLOB,
    hours      BLOB
);

-- Days whose row was no longer true.
CREATE TABLE unrolled (number INTEGER PRIMARY KEY);

-- What touches a stretch of time is found by its end: most of them lie before it.
UPDATE gap SET until = at WHERE until < at;
CREATE INDEX gap_by_end ON gap (until);
CREATE INDEX incident_by_end ON incident (ended_at);

-- Before this time results of a surface were forgotten: its rows cannot be worked out again, and stay.
CREATE TABLE forgotten (surface INTEGER PRIMARY KEY, until INTEGER NOT NULL);

-- What the user wrote about an incident; the surface and its start name it in other files too.
CREATE TABLE note (
    id         INTEGER PRIMARY KEY,
    provider   TEXT NOT NULL,
    surface    TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    text       TEXT NOT NULL,
    UNIQUE (provider, surface, started_at, at, text)
);
