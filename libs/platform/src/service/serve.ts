import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Auditor, type Violation } from '../auditor/auditor.js';
import { Edge } from '../http/edge.js';
import { fastifyAdapter, prepareEdge } from '../http/fastify-edge.js';
import { routeTable, type ServedRoute } from '../http/route-table.js';
import { limitRequests } from '../http/request-limits.js';
import { jobKey, type DueRows } from '../jobs/due-rows.js';
import { JobRunner } from '../jobs/job-runner.js';
import { nestLogger } from '../logging/nest-logger.js';
import { observe } from '../metrics/metrics-server.js';
import { ServiceFigures } from '../metrics/service-figures.js';
import type { InboxWorker } from '../messaging/inbox-worker.js';
import type { MessageBus } from '../messaging/message-bus.js';
import { Relay } from '../messaging/relay.js';
import { openApiDocument } from '../openapi/document.js';
import type { PlatformSettings } from '../settings/platform-settings.js';
import { refuseUnsafeRoutes } from './boot-checks.js';
import { drainable } from './drain.js';
import { addHealth, missingOf, type Dependencies } from './health.js';
import { assemble, letGo, type Parts, type Surroundings } from './assembly.js';
import { atOnce, dependency } from './patience.js';
import type { BeforeRouter, Finder, ServiceDefinition } from './service-definition.js';

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

async function createApp(definition: ServiceDefinition, { log, bus }: Surroundings, { root, database, keys, settings }: Parts) {
  const options = { bodyParser: false, logger: nestLogger(log), abortOnError: false };
  const app = await NestFactory.create<NestFastifyApplication>(root, fastifyAdapter(log, settings), options);
  const routes = routeTable(app);
  const modules = [...app.get(ModulesContainer).values()];
  refuseUnsafeRoutes(modules.flatMap(module => [...module.controllers.values()].map(wrapper => wrapper.metatype as Type)));
  const edge = new Edge(definition.name, definition.isPublicDoor ?? false, log);
  prepareEdge(app, definition.name, edge);
  limitRequests(app, settings);
  const before = definition.beforeRouter?.(token => app.get(token, { strict: false }), edge);
  if (before) standBefore(app, before);
  const draining = drainable(app, settings.drainDelayMs);
  app.setGlobalPrefix(`v1/${definition.name}`, { exclude: ['internal/{*path}', 'oidc/{*path}'] });
  // Once Kafka was there, a service can serve without: what it tells waits in its outbox, what others tell in Kafka.
  const listening = { once: !database || !bus };
  const dependencies: Dependencies = {
    ...(database && { [dependency.postgres]: () => database.query('SELECT 1') }),
    ...(database && bus && { [dependency.kafka]: () => (listening.once ? Promise.resolve() : Promise.reject(new Error('not yet'))) }),
    [dependency.identityKeys]: () => keys.known(),
  };
  addHealth(app, async () => {
    if (draining.isDraining) return 'draining';
    const missing = await missingOf(dependencies);
    if (missing.length > 0 || !definition.ready) return { ready: missing.length === 0, missing };
    return definition.ready(token => app.get(token, { strict: false }));
  });
  return { app, routes, passing: before?.routes ?? [], draining, listening, jobs: jobsOf(modules) };
}

/** Lets somebody look at every request before Fastify's router does. */
function standBefore(app: NestFastifyApplication, before: BeforeRouter): void {
  const fastify = app.getHttpAdapter().getInstance();
  // Its router is the one listener so far.
  fastify.server.removeAllListeners('request');
  fastify.server.on('request', (request, response) => before.take(request, response, () => fastify.routing(request, response)));
}

async function start(definition: ServiceDefinition, surroundings: Surroundings, parts: Parts): Promise<RunningService> {
  const { log, bus, databaseUrl = '', patience = atOnce } = surroundings;
  const { settings, database, inbox } = parts;
  const { app, routes, passing, draining, listening, jobs } = await createApp(definition, surroundings, parts);
  let document: OpenAPIObject | undefined;
  const theDocument = (): OpenAPIObject => (document ??= openApiDocument(app, definition.name));
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/internal/openapi.json', (_request, reply) => reply.send(theDocument()));
  await patience(dependency.postgres, async () => parts.revoked?.start());
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
    (await patience(dependency.kafka, () => subscribe(definition.name, inbox, bus, () => (listening.once = true))).catch(
      async (error: unknown) => {
        // Load balancers may have found it ready: the group lets it in later than that.
        if (listening.once) await draining.announce();
        await draining.drain();
        throw error;
      },
    ));
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
    routes: [...routes, ...passing],
    route: (request, response) => fastify.routing(request, response),
    document: theDocument,
    seed: () => seed(definition, settings, find),
    untilKeysAreKnown: () => patience(dependency.identityKeys, () => parts.keys.known()),
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

async function subscribe(
  service: string,
  { inbox }: InboxWorker,
  bus: MessageBus,
  onReached: () => void,
): Promise<(() => Promise<void>) | undefined> {
  const topics = inbox.topics();
  if (topics.length === 0) return undefined;
  return bus.subscribe({ group: `ciep.${service}`, topics, onReached, store: messages => inbox.store(messages) });
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
