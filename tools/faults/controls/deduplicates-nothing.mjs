// Loaded before a service (--import): its inbox stores an event every time it arrives. The unique constraint must be dropped, too.
import { Inbox } from '../../../libs/platform/dist/messaging/inbox.js';

Inbox.prototype.insert = async (reader, rows) => {
  await reader.query(
    `INSERT INTO inbox (reaction, event_id, key, type, event, status, last_error, due_at)
     SELECT r.reaction, r.event_id, r.key, r.type, r.event, r.status, r.last_error, clock_timestamp()
     FROM jsonb_to_recordset($1::jsonb) AS r(reaction text, event_id uuid, key text, type text, event jsonb, status text, last_error text)`,
    [JSON.stringify(rows)],
  );
};
