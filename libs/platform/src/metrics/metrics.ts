import { counter, gauge, histogram } from './registry.js';

// Every metric of the platform. docs/observability.md lists them, and a test compares.

const quick = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
const slow = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] as const;

/** Requests that are over, well or not. */
export const httpRequests = counter({
  name: 'ciep_http_requests_total',
  help: 'HTTP requests by route pattern and status; 499: broken off before the answer was complete',
  labels: ['service', 'method', 'route', 'status'],
});
/** From the first header to the last byte of the answer. */
export const httpDuration = histogram({
  name: 'ciep_http_request_duration_seconds',
  help: 'Time from the request to the end of its answer',
  labels: ['service', 'method', 'route', 'status_class'],
  buckets: quick,
});
/** Requests that met a limit of the public door. */
export const rateLimited = counter({
  name: 'ciep_rate_limited_requests_total',
  help: 'Requests refused with 429, by the limit they met',
  labels: ['service', 'limit'],
});

/** 1 while the figures of the service's database could be read at the last scrape. */
export const databaseUp = gauge({
  name: 'ciep_database_up',
  help: '1 if the database of the service answered within the patience of a scrape',
  labels: ['service'],
});
/** Connections of the pool. */
export const poolConnections = gauge({
  name: 'ciep_pool_connections',
  help: 'Database connections of the pool that are in use or idle',
  labels: ['service', 'state'],
});
/** Who waits for a connection of the pool. */
export const poolWaiting = gauge({
  name: 'ciep_pool_waiting',
  help: 'Work that waits for a database connection',
  labels: ['service'],
});

/** Facts that the bus has not got yet. */
export const outboxUnsent = gauge({
  name: 'ciep_outbox_unsent',
  help: 'Facts in the outbox that are not sent (counted up to 100000)',
  labels: ['service'],
});
/** Age of the oldest of them. */
export const outboxOldest = gauge({
  name: 'ciep_outbox_oldest_unsent_seconds',
  help: 'Age of the oldest fact that is not sent; 0 when all are',
  labels: ['service'],
});
/** Facts of which the bus wants none. */
export const outboxParked = gauge({
  name: 'ciep_outbox_parked',
  help: 'Facts that the bus refuses, parked in the outbox (counted up to 100000)',
  labels: ['service'],
});
/** Facts that wait for their reactions. */
export const inboxWaiting = gauge({
  name: 'ciep_inbox_waiting',
  help: 'Facts in the inbox whose reaction has not run (counted up to 100000)',
  labels: ['service'],
});
/** Age of the oldest of them. */
export const inboxOldest = gauge({
  name: 'ciep_inbox_oldest_waiting_seconds',
  help: 'Age of the oldest fact that waits for its reaction; 0 when none does',
  labels: ['service'],
});
/** Facts that reactions failed on for good. */
export const inboxParked = gauge({
  name: 'ciep_inbox_parked',
  help: 'Facts parked in the inbox until an operator deals with them (counted up to 100000)',
  labels: ['service'],
});

/** 1 on the instance that sends the service's facts. */
export const relayLeader = gauge({
  name: 'ciep_relay_leader',
  help: '1 on the instance that sends the facts of its service; the sum over the instances must be 1',
  labels: ['service'],
});
/** What the relay handed to the bus. */
export const factsSent = counter({
  name: 'ciep_outbox_sent_total',
  help: 'Facts handed to the bus',
  labels: ['service', 'topic'],
});
/** Batches that the bus did not take. */
export const sendFailures = counter({
  name: 'ciep_outbox_send_failures_total',
  help: 'Attempts to hand facts to the bus that failed',
  labels: ['service'],
});

/** What the inboxes stored. */
export const factsReceived = counter({
  name: 'ciep_inbox_received_total',
  help: 'Facts taken from the bus, repetitions included',
  labels: ['service', 'topic'],
});
/** One attempt of a reaction, its transaction included. */
export const reactionDuration = histogram({
  name: 'ciep_reaction_duration_seconds',
  help: 'Duration of an attempt of a reaction; outcome: done, retry (tried again later) or parked',
  labels: ['service', 'reaction', 'outcome'],
  buckets: quick,
});
/** From the fact to its effect. */
export const factToEffect = histogram({
  name: 'ciep_fact_to_effect_seconds',
  help: 'Time from a fact being told to the commit of its effect',
  labels: ['service', 'reaction'],
  buckets: slow,
});

/** How far a consumer is behind, as its own batches tell. */
export const consumerLag = gauge({
  name: 'ciep_consumer_lag_messages',
  help: 'Messages of a partition that the consumer group has not stored yet, as of its last batch',
  labels: ['group', 'topic', 'partition'],
});
/** When the consumer last heard from Kafka. */
export const consumerLastFetch = gauge({
  name: 'ciep_consumer_last_fetch_timestamp_seconds',
  help: 'Unix time of the last fetch of a consumer',
  labels: ['group'],
});

/** One row of a job. */
export const jobDuration = histogram({
  name: 'ciep_job_duration_seconds',
  help: 'Duration of the work on one due row; outcome: done or failed',
  labels: ['service', 'job', 'outcome'],
  buckets: slow,
});
/** When a job last looked for due rows. */
export const jobLastRound = gauge({
  name: 'ciep_job_last_round_timestamp_seconds',
  help: 'Unix time at which the job last finished a round',
  labels: ['service', 'job'],
});

/** What the auditor found. */
export const invariantViolations = gauge({
  name: 'ciep_invariant_violations',
  help: 'Things that contradict an invariant, at the last audit (counted up to 1000); must be 0',
  labels: ['service', 'invariant'],
});
/** When the auditor last looked. */
export const auditLastRun = gauge({
  name: 'ciep_audit_last_run_timestamp_seconds',
  help: 'Unix time at which an invariant was last checked',
  labels: ['service', 'invariant'],
});
/** How long it took. */
export const auditDuration = histogram({
  name: 'ciep_audit_duration_seconds',
  help: 'Duration of the check of one invariant',
  labels: ['service', 'invariant'],
  buckets: quick,
});
/** When it could not. */
export const auditFailures = counter({
  name: 'ciep_audit_failures_total',
  help: 'Checks of an invariant that could not be made',
  labels: ['service', 'invariant'],
});
