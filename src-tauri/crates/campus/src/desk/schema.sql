-- Requests for changes, and the trail of what became of them. Times are milliseconds since 1970.

-- What an earlier desk took is in a shape that this one does not read: practice begins anew.
DROP TABLE IF EXISTS trail;
DROP TABLE IF EXISTS request;

CREATE TABLE request (
  seq             INTEGER PRIMARY KEY AUTOINCREMENT,
  requester       TEXT NOT NULL,
  requester_name  TEXT NOT NULL,
  client_id       TEXT NOT NULL,  -- the UUID that the requester's program gave it
  body            TEXT NOT NULL,  -- digest of what was sent, to tell a repetition from another request
  account         TEXT,           -- NULL: it concerns none, or one that is not there yet
  label           TEXT NOT NULL,  -- the account's address or username when it was asked
  wish            TEXT NOT NULL,
  new_name        TEXT,           -- username of an account that is to be made, in lower case
  units           TEXT NOT NULL,  -- JSON: units whose officers decide, where that does not follow from the account
  note            TEXT NOT NULL,
  status          TEXT NOT NULL,  -- with-desk | needs-answer | applying | done | refused | withdrawn
  created         INTEGER NOT NULL,
  modified        INTEGER NOT NULL,
  due             INTEGER,        -- when the next thing happens by itself
  applies_at      INTEGER,
  done_at         INTEGER,
  decided_at      INTEGER,
  decided_by      TEXT,           -- NULL beside decided_at: the desk itself
  decided_by_name TEXT,
  approved        INTEGER,
  reason          TEXT,
  UNIQUE (requester, client_id)
) STRICT;
CREATE INDEX request_due ON request (due) WHERE due IS NOT NULL;
CREATE INDEX request_name ON request (new_name) WHERE new_name IS NOT NULL;
CREATE INDEX request_waiting ON request (seq) WHERE status = 'with-desk';

-- Only added to. Each row seals the one before it: see trail.rs.
CREATE TABLE trail (
  seq      INTEGER PRIMARY KEY,
  at       TEXT NOT NULL,
  by_id    TEXT,
  by_name  TEXT,
  request  TEXT NOT NULL,
  what     TEXT NOT NULL,
  text     TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash     TEXT NOT NULL
) STRICT;
CREATE INDEX trail_request ON trail (request);
CREATE TRIGGER trail_is_not_changed BEFORE UPDATE ON trail
BEGIN SELECT raise(ABORT, 'the trail is only added to'); END;
CREATE TRIGGER trail_is_not_shortened BEFORE DELETE ON trail
BEGIN SELECT raise(ABORT, 'the trail is only added to'); END;
-- REPLACE deletes without asking the trigger above, and a gap or a fork would pass for a chain.
CREATE TRIGGER trail_goes_on BEFORE INSERT ON trail
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM trail)
  OR EXISTS (SELECT 1 FROM trail) AND NEW.previous IS NOT (SELECT hash FROM trail ORDER BY seq DESC LIMIT 1)
BEGIN SELECT raise(ABORT, 'the trail is only added to'); END;
