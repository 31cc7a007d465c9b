-- Each billed question, written before it is sent: what it may cost, later what it has cost.
-- day is the user's own calendar date, which the budget goes by.
CREATE TABLE spending (
    id       INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    day      TEXT NOT NULL,
    provider TEXT NOT NULL,
    model    TEXT NOT NULL,
    usd      REAL NOT NULL,
    settled  INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX spending_by_day ON spending (provider, day);
CREATE INDEX spending_by_model ON spending (provider, model);
