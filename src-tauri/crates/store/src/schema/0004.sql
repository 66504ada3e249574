-- What the reader asks for, from the first draft on. `body` is JSON that only its writer reads.
CREATE TABLE request (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    finished INTEGER NOT NULL,
    -- RFC 3339, UTC.
    changed_at TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX request_of_account ON request (account) WHERE NOT finished;
