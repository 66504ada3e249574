-- What a desk has on record about an account, as it told last. `body` is JSON that only its writer reads.
CREATE TABLE trail (
    account TEXT PRIMARY KEY,
    body TEXT NOT NULL
) STRICT;
