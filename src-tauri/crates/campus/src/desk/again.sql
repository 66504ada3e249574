-- Requests that are left for people, because what they name changed, and what approvals were made from. Requests from before
-- were held against nothing but what was so when they came.
ALTER TABLE request ADD COLUMN for_people INTEGER NOT NULL DEFAULT 0;  -- 1: the desk never decides by itself
ALTER TABLE request ADD COLUMN approved_from TEXT;  -- JSON: each fact of the wish, in its order, as it was when it was approved
