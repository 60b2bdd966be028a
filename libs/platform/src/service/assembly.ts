import 'reflect-metadata';
import { Clock } from '@ciep/kernel';
import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, ModuleRef } from '@nestjs/core';
import type { JWTVerifyGetKey } from 'jose';
import { AccessGuard } from '../auth/access.guard.js';
import { RefuseTokens } from '../auth/refuse-tokens.reaction.js';
import { remoteKeys, type RemoteKeys } from '../auth/remote-keys.js';
import { RevokedTokens } from '../auth/revoked-tokens.js';
import { TokenVerifier } from '../auth/token-verifier.js';
import { AuditController } from '../administration/audit.controller.js';
import { refusePowerfulRole } from '../database/application-role.js';
import { Database } from '../database/database.js';
import { InstallationSecrets } from '../database/installation-secrets.js';
import { refusePendingMigrations } from '../database/migrate.js';
import { fileStoreOf } from '../files/file-store-of.js';
import { FileStore } from '../files/file-store.js';
import { AnswerInterceptor } from '../http/answer.interceptor.js';
import { SecretDigest } from '../http/idempotency.js';
import { Lists } from '../http/lists.js';
import { ProblemFilter } from '../http/problem.filter.js';
import { RequestShapeGuard } from '../http/request-shape.guard.js';
import { RequestValidation } from '../http/validation.js';
import { WriteInterceptor } from '../http/write.interceptor.js';
import type { Log } from '../logging/log.js';
import { InboxWorker } from '../messaging/inbox-worker.js';
import type { MessageBus } from '../messaging/message-bus.js';
import { DeadLettersController } from '../administration/dead-letters.controller.js';
import { Retention } from '../retention/retention.js';
import { platformRules, RetentionRules } from '../retention/retention-rules.js';
import { PlatformSettings } from '../settings/platform-settings.js';
import { ConfigurationError } from '../settings/settings.js';
import { atOnce, dependency, type DependencyWaiter } from './dependency-waiter.js';
import type { ServiceDefinition } from './service-definition.js';
import { readSettings } from './service-settings.js';

/** The environment of a service, which the process that starts it provides. */
export interface ServiceHost {
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly clock: Clock;
  /** Address of the service's database for its application role. */
  readonly databaseUrl?: string;
  readonly bus?: MessageBus;
  /** Public keys of the tokens; fetched from `CIEP_JWKS_URL` if left out. */
  readonly keys?: JWTVerifyGetKey;
  /** Providers that only this composition knows (the gateway's upstreams). */
  readonly providers?: readonly Provider[];
  /** Waits for a dependency. If left out, the start fails when a dependency is missing. */
  readonly waitFor?: DependencyWaiter;
  /** Frees the service's port, which a start-up server uses until now. */
  readonly releasePort?: () => Promise<void>;
}

@Module({})
class ServiceRoot {}

const providing = (token: unknown, useValue: unknown): Provider => ({ provide: token as Type, useValue });

/** The parts of a running service, besides its Nest application. */
export interface Parts {
  readonly settings: PlatformSettings;
  readonly database: Database | undefined;
  readonly inbox: InboxWorker | undefined;
  readonly revoked: RevokedTokens | undefined;
  readonly keys: Keys;
  readonly root: DynamicModule;
}

/** Connects the parts of a service and starts none of them. The caller disposes of them ({@link disposeParts}). */
export async function assemble(definition: ServiceDefinition, host: ServiceHost): Promise<Parts> {
  const { environment, log, clock } = host;
  const { settings, config } = readSettings(definition, environment);
  const database = definition.database === false ? undefined : await connect(definition, host, settings);
  const inbox = database && new InboxWorker(database, log);
  const revoked = database && new RevokedTokens(database, log, settings.revocationsEveryMs);
  const { verifier, keys } = verifierOf(definition, host, settings);
  const shared: Provider[] = [
    providing(PlatformSettings, settings),
    providing(Clock, clock),
    providing(TokenVerifier, verifier),
    ...(definition.config ? [providing(definition.config, config)] : []),
    ...(database
      ? [
          providing(Database, database),
          providing(InboxWorker, inbox),
          providing(RevokedTokens, revoked),
          InstallationSecrets,
          Lists,
          providing(RetentionRules, new RetentionRules([...platformRules(settings), ...definition.retention])),
          Retention,
          providing(FileStore, await fileStoreOf(environment, settings.dataDir, definition.name, log)),
        ]
      : []),
    ...(host.providers ?? []),
  ];
  const edge: Provider[] = [
    { provide: APP_GUARD, useValue: new AccessGuard(verifier, definition.name, revoked) },
    { provide: APP_GUARD, useValue: new RequestShapeGuard() },
    { provide: APP_FILTER, useValue: new ProblemFilter(log) },
    { provide: APP_PIPE, useValue: new RequestValidation() },
    { provide: APP_INTERCEPTOR, useValue: new AnswerInterceptor() },
    ...(database
      ? [
          {
            provide: APP_INTERCEPTOR,
            useFactory: (modules: ModuleRef) => new WriteInterceptor(database, () => modules.get(SecretDigest, { strict: false })),
            inject: [ModuleRef],
          },
        ]
      : []),
  ];
  const root: DynamicModule = {
    module: ServiceRoot,
    global: true,
    imports: [definition.module],
    controllers: database ? [AuditController, DeadLettersController, RefuseTokens] : [],
    providers: [...edge, ...shared],
    exports: shared.map(provider => (typeof provider === 'function' ? provider : provider.provide)),
  };
  return { settings, database, inbox, revoked, keys, root };
}

async function connect(
  definition: ServiceDefinition,
  { databaseUrl, clock, waitFor = atOnce }: ServiceHost,
  settings: PlatformSettings,
): Promise<Database> {
  if (databaseUrl === undefined) throw new Error(`${definition.name} needs a database: set ${definition.name.toUpperCase()}_DATABASE_URL`);
  const { name: service, entities, migrations = [], unfitForProduction = () => Promise.resolve([]) } = definition;
  const database = await waitFor(dependency.postgres, () =>
    Database.connect({ url: databaseUrl, service, poolSize: settings.poolSize, entities, clock }),
  );
  try {
    await waitFor(dependency.migrations, () => refusePendingMigrations(database.dataSource, service, migrations));
    if (settings.isProduction) await refusePowerfulRole(database.dataSource, service);
    const unfit = settings.isProduction ? await unfitForProduction(database) : [];
    if (unfit.length > 0) throw new ConfigurationError(unfit);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

type Keys = Pick<RemoteKeys, 'known' | 'stop'>;

function verifierOf(
  { publishesKeys, database }: ServiceDefinition,
  { keys, log }: ServiceHost,
  settings: PlatformSettings,
): { verifier: TokenVerifier; keys: Keys } {
  const known = () => Promise.resolve();
  if (keys) return { verifier: new TokenVerifier(keys, settings.issuer), keys: { known, stop: () => undefined } };
  const remote = remoteKeys(settings.jwksUrl ?? `${settings.issuer}/jwks`, log, () => verifier.forget(), {
    cooldown: settings.jwksCooldownMs,
  });
  const verifier = new TokenVerifier(remote.keys, settings.issuer);
  // Their publisher would wait for itself; the gateway uses tokens only to count requests, and counts by address without them.
  return { verifier, keys: publishesKeys === true || database === false ? { ...remote, known } : remote };
}

/** Closes what {@link assemble} connected. */
export async function disposeParts({ keys, revoked, database }: Parts): Promise<void> {
  keys.stop();
  await revoked?.stop();
  await database?.close();
}
