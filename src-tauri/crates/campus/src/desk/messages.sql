-- Questions of whoever decides, and answers to them. Requests from before have none.
ALTER TABLE request ADD COLUMN messages TEXT NOT NULL DEFAULT '[]';  -- JSON, oldest first

DROP INDEX request_waiting;
CREATE INDEX request_waiting ON request (seq) WHERE status IN ('with-desk', 'needs-answer');
