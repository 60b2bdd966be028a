// Loaded before a service (--import): its relay continues after the last id that it sent, and never looks at earlier ids.
import { Relay } from '../../../libs/platform/dist/messaging/relay.js';

Relay.prototype.sendBatch = async function (client) {
  this.cursor ??= (await client.query('SELECT coalesce(max(id), 0) AS last FROM outbox WHERE published_at IS NOT NULL')).rows[0].last;
  const { rows } = await client.query('SELECT id, topic, key, event FROM outbox WHERE id > $1 ORDER BY id LIMIT 500', [this.cursor]);
  if (rows.length === 0) return false;
  await this.options.bus.publish(rows.map(({ topic, key, event }) => ({ id: event.id, topic, key, event })));
  await client.query('UPDATE outbox SET published_at = clock_timestamp() WHERE id = ANY($1)', [rows.map(({ id }) => id)]);
  this.cursor = rows.at(-1).id;
  return true;
};
