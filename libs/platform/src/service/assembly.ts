import 'reflect-metadata';
import { Clock } from '@ciep/kernel';
import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import type { JWTVerifyGetKey } from 'jose';
import { AccessGuard } from '../auth/access.guard.js';
import { RefuseTokens } from '../auth/refuse-tokens.reaction.js';
import { remoteKeys } from '../auth/remote-keys.js';
import { RevokedTokens } from '../auth/revoked-tokens.js';
import { TokenVerifier } from '../auth/token-verifier.js';
import { AuditController } from '../audit/audit.controller.js';
import { refusePowerfulRole } from '../database/application-role.js';
import { Database } from '../database/database.js';
import { InstallationSecrets } from '../database/installation-secrets.js';
import { refusePendingMigrations } from '../database/migrate.js';
import { fileStoreOf } from '../files/file-store-of.js';
import { FileStore } from '../files/file-store.js';
import { AnswerInterceptor } from '../http/answer.interceptor.js';
import { BodyTypeGuard } from '../http/body-type.guard.js';
import { Lists } from '../http/lists.js';
import { ProblemFilter } from '../http/problem.filter.js';
import { QueryNamesGuard } from '../http/query-names.guard.js';
import { RequestValidation } from '../http/validation.js';
import { WriteInterceptor } from '../http/write.interceptor.js';
import type { Log } from '../logging/log.js';
import { InboxWorker } from '../messaging/inbox-worker.js';
import type { MessageBus } from '../messaging/message-bus.js';
import { ParkedFactsController } from '../messaging/parked-facts.controller.js';
import { ParkedOutgoingFactsController } from '../messaging/parked-outgoing-facts.controller.js';
import { Retention } from '../retention/retention.js';
import { platformRules, RetentionRules } from '../retention/retention-rules.js';
import { PlatformSettings } from '../settings/platform-settings.js';
import { ConfigurationError } from '../settings/settings.js';
import { atOnce, dependency, type Patience } from './patience.js';
import type { ServiceDefinition } from './service-definition.js';
import { readSettings } from './service-settings.js';

/** What a service runs on; composed by the process that starts it. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly clock: Clock;
  /** Address of the service's database, as its application role. */
  readonly databaseUrl?: string;
  readonly bus?: MessageBus;
  /** Public keys of the tokens, where they are not fetched from `CIEP_JWKS_URL`. */
  readonly keys?: JWTVerifyGetKey;
  /** Providers that only this composition knows (the gateway's upstreams). */
  readonly providers?: readonly Provider[];
  /** How to get what the service depends on. Left out, a dependency that is not there ends the start. */
  readonly patience?: Patience;
  /** Frees the service's port, where somebody answered on it until now. */
  readonly makeWay?: () => Promise<void>;
}

@Module({})
class ServiceRoot {}

const providing = (token: unknown, useValue: unknown): Provider => ({ provide: token as Type, useValue });

/** What a running service is made of, besides its Nest application. */
export interface Parts {
  readonly settings: PlatformSettings;
  readonly database: Database | undefined;
  readonly inbox: InboxWorker | undefined;
  readonly revoked: RevokedTokens | undefined;
  readonly keys: KnownKeys;
  readonly root: DynamicModule;
}

/** What a service is made of, connected; nothing is started yet. The caller lets go of it ({@link letGo}). */
export async function assemble(definition: ServiceDefinition, surroundings: Surroundings): Promise<Parts> {
  const { environment, log, clock } = surroundings;
  const { settings, config } = readSettings(definition, environment);
  const database = definition.database === false ? undefined : await connect(definition, surroundings, settings);
  const inbox = database && new InboxWorker(database, log);
  const revoked = database && new RevokedTokens(database, log);
  const { verifier, keys } = verifierOf(definition, surroundings, settings);
  const withDatabase: Provider[] = database
    ? [
        providing(Database, database),
        providing(InboxWorker, inbox),
        providing(RevokedTokens, revoked),
        InstallationSecrets,
        Lists,
        providing(RetentionRules, new RetentionRules([...platformRules(settings), ...(definition.retention ?? [])])),
        Retention,
        providing(FileStore, await fileStoreOf(environment, settings.dataDir, definition.name)),
        { provide: APP_INTERCEPTOR, useValue: new WriteInterceptor(database) },
      ]
    : [];
  const providers: Provider[] = [
    providing(PlatformSettings, settings),
    providing(Clock, clock),
    providing(TokenVerifier, verifier),
    ...(definition.config ? [providing(definition.config, config)] : []),
    { provide: APP_GUARD, useValue: new AccessGuard(verifier, definition.name, revoked) },
    { provide: APP_GUARD, useValue: new BodyTypeGuard() },
    { provide: APP_GUARD, useValue: new QueryNamesGuard() },
    { provide: APP_FILTER, useValue: new ProblemFilter(log) },
    { provide: APP_PIPE, useValue: new RequestValidation() },
    { provide: APP_INTERCEPTOR, useValue: new AnswerInterceptor() },
    ...withDatabase,
    ...(surroundings.providers ?? []),
  ];
  const exported = providers.filter(
    provider =>
      !(
        typeof provider === 'object' &&
        'provide' in provider &&
        typeof provider.provide === 'string' &&
        provider.provide.startsWith('APP_')
      ),
  );
  const root: DynamicModule = {
    module: ServiceRoot,
    global: true,
    imports: [definition.module],
    controllers: database ? [AuditController, ParkedFactsController, ParkedOutgoingFactsController, RefuseTokens] : [],
    providers,
    exports: exported.map(provider => (typeof provider === 'function' ? provider : provider.provide)),
  };
  return { settings, database, inbox, revoked, keys, root };
}

async function connect(
  definition: ServiceDefinition,
  { databaseUrl, clock, patience = atOnce }: Surroundings,
  settings: PlatformSettings,
): Promise<Database> {
  if (databaseUrl === undefined) throw new Error(`${definition.name} needs a database: set ${definition.name.toUpperCase()}_DATABASE_URL`);
  const { name: service, entities = [], migrations = [], unfitForProduction = () => Promise.resolve([]) } = definition;
  const database = await patience(dependency.postgres, () =>
    Database.connect({ url: databaseUrl, service, poolSize: settings.poolSize, entities, clock }),
  );
  try {
    await patience(dependency.migrations, () => refusePendingMigrations(database.dataSource, service, migrations));
    if (settings.isProduction) await refusePowerfulRole(database.dataSource, service);
    const unfit = settings.isProduction ? await unfitForProduction(database) : [];
    if (unfit.length > 0) throw new ConfigurationError(unfit);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The keys of the tokens, where somebody else has them. */
interface KnownKeys {
  /** Resolves when they are known. */
  known(): Promise<void>;
  stop(): void;
}

function verifierOf(
  { publishesKeys, database }: ServiceDefinition,
  { keys, log }: Surroundings,
  settings: PlatformSettings,
): { verifier: TokenVerifier; keys: KnownKeys } {
  const known = () => Promise.resolve();
  if (keys) return { verifier: new TokenVerifier(keys, settings.issuer), keys: { known, stop: () => undefined } };
  const remote = remoteKeys(settings.jwksUrl ?? `${settings.issuer}/jwks`, log, () => verifier.forget());
  const verifier = new TokenVerifier(remote.keys, settings.issuer);
  // Who publishes them would wait for itself; the gateway only counts by tokens, and counts by addresses without.
  return { verifier, keys: publishesKeys === true || database === false ? { ...remote, known } : remote };
}

/** Lets go of what {@link assemble} connected. */
export async function letGo({ keys, revoked, database }: Parts): Promise<void> {
  keys.stop();
  await revoked?.stop();
  await database?.close();
}
