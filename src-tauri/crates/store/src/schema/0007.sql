-- Search reads this once and looks through it in memory. The indexes that stood here before took longest of all to write, and
-- as long again to ask for what is in many accounts. People are found by what stands with them, through `access`.
CREATE TABLE hay (
    row INTEGER PRIMARY KEY REFERENCES account (row) ON DELETE CASCADE,
    -- Address, names and unit, folded, one to a line.
    own TEXT NOT NULL
) STRICT;
DROP TABLE gram;
DROP TABLE word;
