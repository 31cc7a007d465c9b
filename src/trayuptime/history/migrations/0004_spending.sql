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
CREATE INDEX spending_by_provider ON spending (provider);
-- Without what cost nothing: the last that did cost something is looked for, and a free model has none.
CREATE INDEX spending_by_cost ON spending (provider, model) WHERE settled AND usd > 0;
