-- What a reader holds through a group is now a line of its own in `access`. Only the record can say who holds what so:
-- with no version known, the next reading takes every account in again.
UPDATE account SET version = NULL;
