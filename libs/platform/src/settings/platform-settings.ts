import { z } from 'zod';
import { setting, settings } from './settings.js';

/** Settings that every service has. */
export class PlatformSettings extends settings({
  profile: setting(
    'CIEP_PROFILE',
    z.enum(['development', 'production']).default('production'),
    'development admits demo data, a movable clock and local files',
  ),
  port: setting('PORT', z.coerce.number().int().min(0).max(65_535).default(0), 'port to listen on; 0 takes a free one'),
  host: setting('CIEP_HOST', z.string().default('127.0.0.1'), 'address to listen on'),
  dataDir: setting('CIEP_DATA_DIR', z.string().default('.data'), 'folder for files, and for the embedded database'),
  issuer: setting('CIEP_ISSUER', z.url().default('http://localhost:3000/oidc'), 'issuer of the access tokens'),
  jwksUrl: setting('CIEP_JWKS_URL', z.url().optional(), "address of identity's public keys, for example http://identity:3000/oidc/jwks"),
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
  poolSize: setting('CIEP_POOL_SIZE', z.coerce.number().int().min(2).max(100).default(8), 'database connections of the service'),
  kafkaBrokers: setting('KAFKA_BROKERS', z.string().optional(), 'Kafka brokers, host:port separated by commas'),
  seedDemo: setting(
    'CIEP_SEED_DEMO',
    z
      .enum(['true', 'false'])
      .default('false')
      .transform(value => value === 'true'),
    'load the demo edition and demo accounts at start (development only)',
  ),
}) {
  get isProduction(): boolean {
    return this.profile === 'production';
  }
}
