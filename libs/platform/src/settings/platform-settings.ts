import { z } from 'zod';
import { ConfigurationError, flag, integer, setting, settings } from './settings.js';

/** Which traces are recorded, by the names of `OTEL_TRACES_SAMPLER`. */
const samplerNames = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type SamplerName = (typeof samplerNames)[number];

const milliseconds = integer(100, 3_600_000);
const port = integer(0, 65_535);

/** Settings that every service has. */
export class PlatformSettings extends settings({
  profile: setting(
    'CIEP_PROFILE',
    z.enum(['development', 'production']).default('production'),
    'development admits demo data, a movable clock and local files',
  ),
  port: setting('PORT', port.default(0), 'port to listen on; 0 takes a free one'),
  host: setting('CIEP_HOST', z.string().default('127.0.0.1'), 'address to listen on'),
  dataDir: setting('CIEP_DATA_DIR', z.string().default('.data'), 'folder for files, and for the embedded database'),
  issuer: setting('CIEP_ISSUER', z.url().default('http://localhost:3000/oidc'), 'issuer of the access tokens'),
  jwksUrl: setting('CIEP_JWKS_URL', z.url().optional(), "address of identity's public keys, for example http://identity:3000/oidc/jwks"),
  jwksCooldownMs: setting(
    'CIEP_JWKS_COOLDOWN_MS',
    milliseconds.default(5_000),
    'shortest time between two fetches for a token with an unknown key',
  ),
  revocationsEveryMs: setting(
    'CIEP_REVOCATIONS_EVERY_MS',
    milliseconds.default(5_000),
    'how often a service reads the access tokens that other instances have revoked',
  ),
  clockFile: setting(
    'CIEP_CLOCK_FILE',
    z.string().optional(),
    'file with an offset in milliseconds for the business clock (development only)',
  ),
  faultsFile: setting(
    'CIEP_FAULTS_FILE',
    z.string().optional(),
    'file that names a point of the code at which the service dies, for tests of crashes (development only)',
  ),
  logLevel: setting(
    'CIEP_LOG_LEVEL',
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
    'least severe line that is logged',
  ),
  headerTimeoutMs: setting('CIEP_HEADER_TIMEOUT_MS', milliseconds.default(10_000), 'how long the header of a request may take to arrive'),
  bodyTimeoutMs: setting('CIEP_BODY_TIMEOUT_MS', milliseconds.default(30_000), 'how long the body of a request may take to arrive'),
  uploadTimeoutMs: setting('CIEP_UPLOAD_TIMEOUT_MS', milliseconds.default(120_000), 'how long an upload may take to arrive'),
  connections: setting('CIEP_CONNECTIONS', integer(1, 100_000).default(2_000), 'connections a service holds open'),
  poolSize: setting('CIEP_POOL_SIZE', integer(2, 100).default(8), 'database connections of the service'),
  drainDelayMs: setting(
    'CIEP_DRAIN_DELAY_MS',
    integer(0, 60_000).default(0),
    'how long a stopping service still takes requests, not ready, so that load balancers notice',
  ),
  migrateWaitSeconds: setting(
    'CIEP_MIGRATE_WAIT_SECONDS',
    integer(0, 86_400).default(300),
    'how long `migrate` waits for PostgreSQL and Kafka before it gives up',
  ),
  outboxDays: setting('CIEP_KEEP_OUTBOX_DAYS', integer(1).default(7), 'days for which events are kept after they were sent'),
  inboxDays: setting(
    'CIEP_KEEP_INBOX_DAYS',
    integer(30).default(30),
    'days for which a service remembers what it has reacted to; at least twice CIEP_TOPIC_RETENTION_DAYS',
  ),
  topicRetentionDays: setting(
    'CIEP_TOPIC_RETENTION_DAYS',
    integer(1).default(14),
    'days for which topics keep messages; `migrate` makes new topics so and refuses one that keeps them longer',
  ),
  idempotencyHours: setting('CIEP_KEEP_IDEMPOTENCY_HOURS', integer(24).default(24), 'hours for which an Idempotency-Key is remembered'),
  kafkaBrokers: setting('KAFKA_BROKERS', z.string().optional(), 'Kafka brokers, host:port separated by commas'),
  metricsPort: setting('CIEP_METRICS_PORT', port.optional(), 'port of /metrics, for Prometheus; 0 takes a free one, unset serves none'),
  metricsHost: setting('CIEP_METRICS_HOST', z.string().default('127.0.0.1'), 'address on which /metrics is served'),
  otlpEndpoint: setting(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    z.url({ protocol: /^https?$/ }).optional(),
    'collector that receives traces, for example http://collector:4318; unset sends none',
  ),
  tracesSampler: setting('OTEL_TRACES_SAMPLER', z.enum(samplerNames).default('parentbased_always_on'), 'which traces are recorded'),
  tracesSamplerArg: setting(
    'OTEL_TRACES_SAMPLER_ARG',
    z.coerce.number().min(0).max(1).default(1),
    'fraction of traces that the ratio samplers record',
  ),
  seedDemo: setting('CIEP_SEED_DEMO', flag, 'load the demo edition and demo accounts at start (development only)'),
}) {
  constructor(environment: NodeJS.ProcessEnv) {
    super(environment);
    if (this.inboxDays < 2 * this.topicRetentionDays)
      throw new ConfigurationError([
        `CIEP_KEEP_INBOX_DAYS (${this.inboxDays}) must be at least twice CIEP_TOPIC_RETENTION_DAYS (${this.topicRetentionDays}): otherwise a service would react twice to a message that Kafka delivers again`,
      ]);
  }

  get isProduction(): boolean {
    return this.profile === 'production';
  }
}
