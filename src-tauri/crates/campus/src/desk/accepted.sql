-- Whether the institution's policy was accepted with a request. Requests from before did not say.
ALTER TABLE request ADD COLUMN accepted INTEGER NOT NULL DEFAULT 0;
