import { counter, gauge, histogram } from './registry.js';

// Every metric of the platform: name, meaning, labels. docs/observability.md lists them, and a test compares the two.

const quick = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
const slow = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] as const;

export const httpRequests = counter(
  'ciep_http_requests_total',
  'HTTP requests by route pattern and status; 499: the client closed the connection before the answer was complete',
  ['service', 'method', 'route', 'status'],
);
export const httpDuration = histogram(
  'ciep_http_request_duration_seconds',
  'Time from the request to the end of its answer',
  ['service', 'method', 'route', 'status_class'],
  quick,
);
export const uncheckedValues = counter(
  'ciep_unchecked_values_total',
  'Requests refused because PostgreSQL refused a value in them: our own check of that value is missing',
  ['service'],
);

export const damagedFiles = counter(
  'ciep_stored_file_damages_total',
  'Reads of stored files that were not what was stored; damage: missing, shortened, lengthened or changed',
  ['service', 'damage'],
);

export const databaseUp = gauge('ciep_database_up', '1 if the database of the service answered within the time limit of a scrape', [
  'service',
]);
export const poolConnections = gauge('ciep_pool_connections', 'Database connections of the pool that are in use or idle', [
  'service',
  'state',
]);
export const poolWaiting = gauge('ciep_pool_waiting', 'Queries and transactions that wait for a database connection', ['service']);

export const outboxUnsent = gauge('ciep_outbox_unsent', 'Events in the outbox that are not sent (counted up to 100000)', ['service']);
export const outboxOldest = gauge('ciep_outbox_oldest_unsent_seconds', 'Age of the oldest event that is not sent; 0 if there is none', [
  'service',
]);
export const outboxDeadLetters = gauge(
  'ciep_outbox_dead_letters',
  'Dead letters in the outbox: events that the bus refuses (counted up to 100000)',
  ['service'],
);
export const inboxWaiting = gauge('ciep_inbox_waiting', 'Events in the inbox whose reaction has not run (counted up to 100000)', [
  'service',
]);
export const inboxOldest = gauge(
  'ciep_inbox_oldest_waiting_seconds',
  'Age of the oldest event that waits for its reaction; 0 if there is none',
  ['service'],
);
export const inboxDeadLetters = gauge(
  'ciep_inbox_dead_letters',
  'Dead letters in the inbox until an operator deals with them (counted up to 100000)',
  ['service'],
);

export const relayLeader = gauge(
  'ciep_relay_leader',
  '1 on the instance that sends the events of its service; the sum over the instances must be 1',
  ['service'],
);
export const eventsSent = counter('ciep_outbox_sent_total', 'Events sent to the bus', ['service', 'topic']);
export const sendFailures = counter('ciep_outbox_send_failures_total', 'Failed attempts to send events to the bus', ['service']);

export const eventsReceived = counter('ciep_inbox_received_total', 'Events received from the bus, repetitions included', [
  'service',
  'topic',
]);
export const reactionDuration = histogram(
  'ciep_reaction_duration_seconds',
  'Duration of an attempt of a reaction; outcome: done, retry (tried again later) or dead_lettered',
  ['service', 'reaction', 'outcome'],
  quick,
);
export const eventToEffect = histogram(
  'ciep_event_to_effect_seconds',
  'Time from the recording of an event to the commit of its effect',
  ['service', 'reaction'],
  slow,
);

export const consumerLag = gauge(
  'ciep_consumer_lag_messages',
  'Messages of a partition that the consumer group has not stored yet, as of its last batch',
  ['group', 'topic', 'partition'],
);
export const consumerLastFetch = gauge('ciep_consumer_last_fetch_timestamp_seconds', 'Unix time of the last fetch of a consumer', [
  'group',
]);

export const jobDuration = histogram(
  'ciep_job_duration_seconds',
  'Duration of the work on one due row; outcome: done or failed',
  ['service', 'job', 'outcome'],
  slow,
);
export const jobLastRound = gauge('ciep_job_last_round_timestamp_seconds', 'Unix time at which the job last ended a round or a row', [
  'service',
  'job',
]);

export const invariantViolations = gauge(
  'ciep_invariant_violations',
  'Rows that violate an invariant, at the last audit (counted up to 1000); must be 0',
  ['service', 'invariant'],
);
export const auditLastRun = gauge('ciep_audit_last_run_timestamp_seconds', 'Unix time at which an invariant was last checked', [
  'service',
  'invariant',
]);
export const auditDuration = histogram(
  'ciep_audit_duration_seconds',
  'Duration of the check of one invariant',
  ['service', 'invariant'],
  quick,
);
export const auditFailures = counter('ciep_audit_failures_total', 'Checks of an invariant that failed to run', ['service', 'invariant']);
