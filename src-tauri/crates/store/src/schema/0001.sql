-- Named values: who is signed in, tokens, how far the record was read.
CREATE TABLE fact (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One line per account. `standing` has a bit for each way of seeing it (1 itself, 2 owns, 4 uses, 8 holds its unit);
-- `section` is the heading it stands under (0 owned, 1 used, 2 unit). `body` is the account as JSON.
CREATE TABLE account (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    version TEXT,
    local_part TEXT NOT NULL,
    kind TEXT NOT NULL,
    standing INTEGER NOT NULL,
    section INTEGER NOT NULL,
    -- First day (days since 1970) on which it needs somebody; NULL for never.
    needs_from INTEGER,
    first_seen TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX account_in_order ON account (section, local_part, row, standing, kind);
CREATE INDEX account_needing ON account (needs_from) WHERE needs_from IS NOT NULL;

-- People and groups that own or use an account that is kept here.
CREATE TABLE person (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    sort_name TEXT NOT NULL,
    hay TEXT NOT NULL,
    has_left INTEGER NOT NULL,
    -- The person as JSON, without the last day: who may know it depends on the account.
    body TEXT NOT NULL
) STRICT;
CREATE INDEX person_in_order ON person (sort_name, row);

CREATE TABLE access (
    account INTEGER NOT NULL REFERENCES account (row) ON DELETE CASCADE,
    person INTEGER NOT NULL REFERENCES person (row),
    owns INTEGER NOT NULL,
    can_send INTEGER NOT NULL,
    -- The person's last day (days since 1970), where this account lets the reader know it.
    leaves_on INTEGER,
    PRIMARY KEY (person, account, owns)
) STRICT, WITHOUT ROWID;
CREATE INDEX access_of_account ON access (account);

-- What this computer saw differ between two looks.
CREATE TABLE sighting (
    account TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    changes TEXT NOT NULL
) STRICT;
CREATE INDEX sighting_of_account ON sighting (account);

-- Search. `gram` finds three letters and more anywhere; `word` finds one or two at the start of a word.
CREATE VIRTUAL TABLE gram USING fts5 (
    hay, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1'
);
CREATE VIRTUAL TABLE word USING fts5 (
    hay, content = '', contentless_delete = 1, detail = 'none', prefix = '1 2', tokenize = 'unicode61 remove_diacritics 0'
);
