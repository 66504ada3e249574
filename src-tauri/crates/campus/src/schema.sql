-- One folder, one institution. Tokens and codes are here as SHA-256 digests only.

CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

-- People and accounts. The columns beside the document are what lists are narrowed by; texts are in lower case.
CREATE TABLE resource (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  kind       TEXT NOT NULL,
  id         TEXT NOT NULL UNIQUE,
  username   TEXT NOT NULL,
  address    TEXT UNIQUE,
  display    TEXT,
  owner      TEXT,
  owner_name TEXT,
  created    INTEGER NOT NULL,  -- milliseconds since 1970
  modified   INTEGER NOT NULL,  -- milliseconds since 1970
  version    INTEGER NOT NULL,
  document   TEXT NOT NULL,
  UNIQUE (kind, username)
) STRICT;
CREATE INDEX resource_modified ON resource (kind, modified);
CREATE INDEX resource_owner ON resource (owner) WHERE owner IS NOT NULL;

-- Who may come to see a resource: p: a person or group that owns or uses it, u: its unit, s: itself.
CREATE TABLE reach (
  kind TEXT NOT NULL,
  key  TEXT NOT NULL,
  seq  INTEGER NOT NULL,
  PRIMARY KEY (kind, key, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX reach_seq ON reach (seq);

CREATE TABLE team (
  id   TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  unit TEXT
) STRICT;
CREATE TABLE membership (
  person TEXT NOT NULL,
  team   TEXT NOT NULL,
  PRIMARY KEY (person, team)
) STRICT, WITHOUT ROWID;

-- People that the login page puts first, and why.
CREATE TABLE persona (
  id    TEXT PRIMARY KEY,
  list  TEXT NOT NULL,
  note  TEXT NOT NULL,
  place INTEGER NOT NULL
) STRICT;

-- Times are seconds since 1970.
CREATE TABLE pending (           -- an authorization request whose login page is open
  handle       TEXT PRIMARY KEY,
  redirect_uri TEXT NOT NULL,
  state        TEXT,
  scope        TEXT NOT NULL,
  nonce        TEXT,
  challenge    TEXT NOT NULL,
  expires      INTEGER NOT NULL
) STRICT;
CREATE TABLE family (            -- every token that stems from one sign-in
  id        TEXT PRIMARY KEY,
  subject   TEXT NOT NULL,
  scope     TEXT NOT NULL,
  auth_time INTEGER NOT NULL,
  revoked   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE code (
  digest       TEXT PRIMARY KEY,
  family       TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  challenge    TEXT NOT NULL,
  nonce        TEXT,
  expires      INTEGER NOT NULL,
  used         INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE token (
  digest  TEXT PRIMARY KEY,
  use     TEXT NOT NULL,         -- access | refresh
  family  TEXT NOT NULL,
  expires INTEGER NOT NULL,
  used    INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX token_expires ON token (expires);
CREATE TABLE device (
  digest    TEXT PRIMARY KEY,
  user_code TEXT NOT NULL UNIQUE,
  scope     TEXT NOT NULL,
  expires   INTEGER NOT NULL,
  wait      INTEGER NOT NULL,    -- seconds between polls
  polled    INTEGER NOT NULL DEFAULT 0,
  answer    TEXT NOT NULL DEFAULT 'pending',  -- pending | approved | denied | used
  family    TEXT
) STRICT;
