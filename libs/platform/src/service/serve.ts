import 'reflect-metadata';
import { Clock } from '@ciep/kernel';
import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, ModulesContainer, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JWTVerifyGetKey } from 'jose';
import { AccessGuard } from '../auth/access.guard.js';
import { RefuseTokens } from '../auth/refuse-tokens.reaction.js';
import { remoteKeys } from '../auth/remote-keys.js';
import { RevokedTokens } from '../auth/revoked-tokens.js';
import { TokenVerifier } from '../auth/token-verifier.js';
import { AuditController } from '../audit/audit.controller.js';
import { Auditor, type Violation } from '../auditor/auditor.js';
import { refusePowerfulRole } from '../database/application-role.js';
import { Database } from '../database/database.js';
import { InstallationSecrets } from '../database/installation-secrets.js';
import { refusePendingMigrations } from '../database/migrate.js';
import { fileStoreOf } from '../files/file-store-of.js';
import { FileStore } from '../files/file-store.js';
import { AnswerInterceptor } from '../http/answer.interceptor.js';
import { BodyTypeGuard } from '../http/body-type.guard.js';
import { fastifyAdapter, prepareEdge } from '../http/fastify-edge.js';
import { Lists } from '../http/lists.js';
import { ProblemFilter } from '../http/problem.filter.js';
import { QueryNamesGuard } from '../http/query-names.guard.js';
import { routeTable, type ServedRoute } from '../http/route-table.js';
import { limitRequests } from '../http/request-limits.js';
import { RequestValidation } from '../http/validation.js';
import { WriteInterceptor } from '../http/write.interceptor.js';
import { jobKey, type DueRows } from '../jobs/due-rows.js';
import { JobRunner } from '../jobs/job-runner.js';
import type { Log } from '../logging/log.js';
import { nestLogger } from '../logging/nest-logger.js';
import { observe } from '../metrics/metrics-server.js';
import { ServiceFigures } from '../metrics/service-figures.js';
import { InboxWorker } from '../messaging/inbox-worker.js';
import type { MessageBus } from '../messaging/message-bus.js';
import { ParkedFactsController } from '../messaging/parked-facts.controller.js';
import { ParkedOutgoingFactsController } from '../messaging/parked-outgoing-facts.controller.js';
import { Relay } from '../messaging/relay.js';
import { openApiDocument } from '../openapi/document.js';
import { Retention } from '../retention/retention.js';
import { platformRules, RetentionRules } from '../retention/retention-rules.js';
import { PlatformSettings } from '../settings/platform-settings.js';
import { ConfigurationError } from '../settings/settings.js';
import { refuseUnsafeRoutes } from './boot-checks.js';
import { drainable } from './drain.js';
import { addHealth, missingOf, type Dependencies } from './health.js';
import { atOnce, type Patience } from './patience.js';
import type { Finder, ServiceDefinition } from './service-definition.js';
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

/** A service that runs. */
export interface RunningService {
  readonly name: string;
  /** Where it listens. */
  readonly url: string;
  readonly app: NestFastifyApplication;
  readonly find: Finder;
  /** Everything its router leads to. */
  readonly routes: readonly ServedRoute[];
  /** Hands a request to its router, without a socket in between. */
  readonly route: (request: IncomingMessage, response: ServerResponse) => void;
  document(): OpenAPIObject;
  /** Loads demo data where the settings ask for it; before the facts flow. */
  seed(): Promise<void>;
  /** Starts sending facts and running jobs; after every service of the process has subscribed. */
  begin(options?: { readonly jobs?: boolean }): void;
  /** One round of every job, now. */
  runJobs(): Promise<void>;
  /** Checks every invariant, now; answers those that do not hold. */
  audit(): Promise<Violation[]>;
  /** Resolves when the keys of the tokens are known; only then it is ready. */
  untilKeysAreKnown(): Promise<void>;
  /** Not ready any more; then takes no new work, finishes what is under way, and lets go of everything. */
  close(): Promise<void>;
}

// As waiting and readiness call them.
const postgres = 'PostgreSQL';
const migrationsRun = 'migrations';
const kafka = 'Kafka';
const identityKeys = "identity's keys";

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
  const database = await patience(postgres, () =>
    Database.connect({ url: databaseUrl, service, poolSize: settings.poolSize, entities, clock }),
  );
  try {
    await patience(migrationsRun, () => refusePendingMigrations(database.dataSource, service, migrations));
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

/**
 * Starts a service: checks its configuration and routes, connects its database, subscribes its reactions and listens.
 * Throws one clear error when something is not as it must be, and leaves nothing open then.
 */
export async function serve(definition: ServiceDefinition, surroundings: Surroundings): Promise<RunningService> {
  const parts = await assemble(definition, surroundings);
  try {
    return await start(definition, surroundings, parts);
  } catch (error) {
    await letGo(parts);
    throw error;
  }
}

/** Lets go of what {@link assemble} connected. */
export async function letGo({ keys, revoked, database }: Parts): Promise<void> {
  keys.stop();
  await revoked?.stop();
  await database?.close();
}

async function createApp(definition: ServiceDefinition, { log, bus }: Surroundings, { root, database, keys, settings }: Parts) {
  const options = { bodyParser: false, logger: nestLogger(log), abortOnError: false };
  const app = await NestFactory.create<NestFastifyApplication>(root, fastifyAdapter(log, settings), options);
  const routes = routeTable(app);
  const modules = [...app.get(ModulesContainer).values()];
  refuseUnsafeRoutes(modules.flatMap(module => [...module.controllers.values()].map(wrapper => wrapper.metatype as Type)));
  prepareEdge(app, definition, log);
  limitRequests(app, settings);
  const draining = drainable(app, settings.drainDelayMs);
  app.setGlobalPrefix(`v1/${definition.name}`, { exclude: ['internal/{*path}', 'oidc/{*path}'] });
  // Once it listens to Kafka, a service can serve without: what it tells waits in its outbox.
  const listening = { once: !database || !bus };
  const dependencies: Dependencies = {
    ...(database && { [postgres]: () => database.query('SELECT 1') }),
    ...(database && bus && { [kafka]: () => (listening.once ? Promise.resolve() : Promise.reject(new Error('not yet'))) }),
    [identityKeys]: () => keys.known(),
  };
  addHealth(app, async () => {
    if (draining.isDraining) return 'draining';
    const missing = await missingOf(dependencies);
    if (missing.length > 0 || !definition.ready) return { ready: missing.length === 0, missing };
    return definition.ready(token => app.get(token, { strict: false }));
  });
  return { app, routes, draining, listening, jobs: jobsOf(modules) };
}

async function start(definition: ServiceDefinition, surroundings: Surroundings, parts: Parts): Promise<RunningService> {
  const { log, bus, databaseUrl = '', patience = atOnce } = surroundings;
  const { settings, database, inbox } = parts;
  const { app, routes, draining, listening, jobs } = await createApp(definition, surroundings, parts);
  let document: OpenAPIObject | undefined;
  const theDocument = (): OpenAPIObject => (document ??= openApiDocument(app, definition.name));
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/internal/openapi.json', (_request, reply) => reply.send(theDocument()));
  await patience(postgres, async () => parts.revoked?.start());
  await definition.beforeListen?.(app);
  if (inbox) app.connectMicroservice({ strategy: inbox });
  await app.init();
  await fastify.ready();
  await surroundings.makeWay?.();
  await app.listen(settings.port, settings.host);
  if (inbox) await app.startAllMicroservices();
  const unsubscribe =
    inbox &&
    bus &&
    (await patience(kafka, () => subscribe(definition.name, inbox, bus)).catch(async (error: unknown) => {
      await draining.drain();
      throw error;
    }));
  listening.once = true;
  const relay =
    database && bus && inbox && new Relay({ url: databaseUrl, service: definition.name, bus, log, onInboxDue: () => inbox.wake() });
  if (relay) database.onTold(() => relay.wake());
  const isLeader = (): boolean => relay?.isLeader ?? false;
  const stopObserving = database && observe(new ServiceFigures(database, isLeader));
  const runner = database && new JobRunner(jobs, database, log);
  const auditor = database && new Auditor(definition.invariants ?? [], database, log, isLeader);
  const find: Finder = token => app.get(token, { strict: false });
  return {
    name: definition.name,
    url: await app.getUrl(),
    app,
    find,
    routes,
    route: (request, response) => fastify.routing(request, response),
    document: theDocument,
    seed: () => seed(definition, settings, find),
    untilKeysAreKnown: () => patience(identityKeys, () => parts.keys.known()),
    begin({ jobs: withJobs = true } = {}) {
      relay?.start();
      if (withJobs) runner?.start();
      if (withJobs) auditor?.start();
    },
    async runJobs() {
      await runner?.runAll();
    },
    audit: async () => (await auditor?.audit()) ?? [],
    async close() {
      await draining.announce();
      await Promise.all([draining.drain(), unsubscribe?.(), runner?.stop(), auditor?.stop()]);
      await Promise.all([relay?.stop(), parts.revoked?.stop()]);
      stopObserving?.();
      await letGo(parts);
    },
  };
}

async function subscribe(service: string, { inbox }: InboxWorker, bus: MessageBus): Promise<(() => Promise<void>) | undefined> {
  const topics = inbox.topics();
  return topics.length > 0 ? bus.subscribe({ group: `ciep.${service}`, topics, store: messages => inbox.store(messages) }) : undefined;
}

async function seed(definition: ServiceDefinition, settings: PlatformSettings, find: Finder): Promise<void> {
  if (settings.seedDemo) await definition.seed?.(find);
}

/** A module as Nest keeps it. */
type NestModule = ModulesContainer extends Map<string, infer Kept> ? Kept : never;

const jobsOf = (modules: Iterable<NestModule>): DueRows<{ id: string }>[] =>
  [...modules].flatMap(module =>
    [...module.providers.values()]
      .filter(wrapper => typeof wrapper.metatype === 'function' && Reflect.getMetadata(jobKey, wrapper.metatype) === true)
      .map(wrapper => wrapper.instance as DueRows<{ id: string }>),
  );
