-- Requests with a day of which is to be reminded, however many others there are.
ALTER TABLE request ADD COLUMN reminds INTEGER NOT NULL DEFAULT 0;
-- In what was kept until now the days stand in the body; what has none of them any more is marked anew when it next changes.
UPDATE request SET reminds = 1 WHERE CASE WHEN json_valid(body)
    THEN coalesce(json_extract(body, '$.days.begins'), json_extract(body, '$.days.ends')) IS NOT NULL
    ELSE 0 END;
CREATE INDEX request_to_remind_of ON request (changed_at) WHERE reminds;
