-- What needs somebody, in the order in which it is shown: the first few are found without looking at the rest. How many
-- there are is counted in `account_needing`, which begins with the day.
CREATE INDEX account_needing_in_order ON account (section, needs_from = 0, needs_from, local_part, row) WHERE needs_from IS NOT NULL;

-- How many accounts there are of each sort, kept as they come and go: a start need not count a hundred thousand.
CREATE TABLE tally (
    standing INTEGER NOT NULL,
    kind TEXT NOT NULL,
    accounts INTEGER NOT NULL,
    PRIMARY KEY (standing, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO tally SELECT standing, kind, count(*) FROM account GROUP BY standing, kind;
CREATE TRIGGER account_comes AFTER INSERT ON account BEGIN
    INSERT INTO tally VALUES (new.standing, new.kind, 1) ON CONFLICT DO UPDATE SET accounts = accounts + 1;
END;
CREATE TRIGGER account_goes AFTER DELETE ON account BEGIN
    UPDATE tally SET accounts = accounts - 1 WHERE standing = old.standing AND kind = old.kind;
END;
CREATE TRIGGER account_turns AFTER UPDATE OF standing, kind ON account
WHEN old.standing <> new.standing OR old.kind <> new.kind BEGIN
    UPDATE tally SET accounts = accounts - 1 WHERE standing = old.standing AND kind = old.kind;
    INSERT INTO tally VALUES (new.standing, new.kind, 1) ON CONFLICT DO UPDATE SET accounts = accounts + 1;
END;
