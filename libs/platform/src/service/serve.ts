import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Auditor, type Violation } from '../auditor/auditor.js';
import { accessTable, type RouteAccess } from '../auth/access-table.js';
import { Edge, takeOriginForm } from '../http/edge.js';
import { fastifyAdapter, prepareEdge } from '../http/fastify-edge.js';
import { refuseOtherMethods, routeTable, type ServedRoute } from '../http/route-table.js';
import { limitRequests } from '../http/request-limits.js';
import { JobRunner, type AnyJob } from '../jobs/job-runner.js';
import { jobKey } from '../jobs/jobs.js';
import { nestLogger } from '../logging/nest-logger.js';
import { observe } from '../metrics/metrics-server.js';
import { ServiceFigures } from './service-figures.js';
import type { InboxWorker } from '../messaging/inbox-worker.js';
import type { MessageBus } from '../messaging/message-bus.js';
import { reactedTo } from '../messaging/reacts-to.js';
import { Relay } from '../messaging/relay.js';
import { openApiDocument } from '../openapi/document.js';
import { refuseUnsafeRoutes } from './boot-checks.js';
import { drainable } from './drain.js';
import { addHealth, missingOf, type Dependencies, type Readiness } from './health.js';
import { assemble, disposeParts, type Parts, type ServiceHost } from './assembly.js';
import { atOnce, dependency } from './dependency-waiter.js';
import type { BeforeRouter, Finder, ServiceDefinition } from './service-definition.js';

/** A running service. */
export interface RunningService {
  readonly name: string;
  /** The address at which it listens. */
  readonly url: string;
  readonly app: NestFastifyApplication;
  readonly find: Finder;
  /** All routes that it serves. */
  readonly routes: readonly ServedRoute[];
  /** Passes a request to its router without a socket. */
  readonly route: (request: IncomingMessage, response: ServerResponse) => void;
  document(): OpenAPIObject;
  /** Who may call each route of its controllers. */
  readonly access: readonly RouteAccess[];
  /** Whether it can serve, as `/health/ready` says. */
  readiness(): Promise<Readiness | 'draining'>;
  /** Loads demo data if `CIEP_SEED_DEMO` is set. Call it before `begin`. */
  seed(): Promise<void>;
  /** Starts sending events and running jobs. Call it after every service of the process has subscribed. */
  begin(options?: { readonly jobs?: boolean }): void;
  /** Runs one round of every job now. */
  runJobs(): Promise<void>;
  /** Checks every invariant now; returns those that do not hold. */
  audit(): Promise<Violation[]>;
  /** Resolves when the keys of the tokens are known; the service is not ready before. */
  untilKeysAreKnown(): Promise<void>;
  /** Makes the service not ready, stops taking work, finishes the work in progress, and closes all connections. */
  close(): Promise<void>;
}

/**
 * Starts a service: checks its configuration and routes, connects its database, subscribes its reactions and listens. If something
 * is wrong, it throws one clear error and leaves nothing open.
 */
export async function serve(definition: ServiceDefinition, host: ServiceHost): Promise<RunningService> {
  const parts = await assemble(definition, host);
  try {
    return await start(definition, host, parts);
  } catch (error) {
    await disposeParts(parts);
    throw error;
  }
}

async function createApp(definition: ServiceDefinition, { log, bus }: ServiceHost, { root, database, keys, settings }: Parts) {
  const options = { bodyParser: false, logger: nestLogger(log), abortOnError: false };
  const app = await NestFactory.create<NestFastifyApplication>(root, fastifyAdapter(log, settings), options);
  const routes = routeTable(app);
  const modules = [...app.get(ModulesContainer).values()];
  const controllers = modules.flatMap(module => [...module.controllers.values()].map(wrapper => wrapper.metatype as Type));
  refuseUnsafeRoutes(controllers);
  const edge = new Edge(definition.name, definition.isPublicDoor ?? false, log);
  prepareEdge(app, definition.name, edge);
  limitRequests(app, settings);
  const find: Finder = token => app.get(token, { strict: false });
  const before = definition.beforeRouter?.(find, edge);
  if (before) insertBeforeRouter(app, before);
  const draining = drainable(app, settings.drainDelayMs);
  app.setGlobalPrefix(`v1/${definition.name}`, { exclude: ['internal/{*path}', 'oidc/{*path}'] });
  // After the first contact, a service can serve without Kafka: its own events wait in the outbox, those of others in Kafka.
  const listening = { once: !database || !bus };
  const dependencies: Dependencies = {
    ...(database && { [dependency.postgres]: () => database.query('SELECT 1') }),
    ...(database && bus && { [dependency.kafka]: () => (listening.once ? Promise.resolve() : Promise.reject(new Error('not yet'))) }),
    [dependency.identityKeys]: () => keys.known(),
  };
  const readiness = async (): Promise<Readiness | 'draining'> => {
    if (draining.isDraining) return 'draining';
    const missing = await missingOf(dependencies);
    if (missing.length > 0 || !definition.ready) return { ready: missing.length === 0, missing };
    return definition.ready(find);
  };
  addHealth(app, readiness);
  return {
    app,
    find,
    readiness,
    controllers,
    routes: () => [...routes, ...(before?.routes ?? [])],
    draining,
    listening,
    jobs: jobsOf(modules),
  };
}

/** Passes every request to this handler before Fastify's router. */
function insertBeforeRouter(app: NestFastifyApplication, before: BeforeRouter): void {
  const fastify = app.getHttpAdapter().getInstance();
  // So far the router is the only listener.
  fastify.server.removeAllListeners('request');
  fastify.server.on('request', (request, response) => {
    takeOriginForm(request);
    before.take(request, response, () => fastify.routing(request, response));
  });
}

async function start(definition: ServiceDefinition, host: ServiceHost, parts: Parts): Promise<RunningService> {
  const { log, bus, databaseUrl = '', waitFor = atOnce } = host;
  const { settings, database, inbox } = parts;
  const { app, find, readiness, controllers, routes, draining, listening, jobs } = await createApp(definition, host, parts);
  let document: OpenAPIObject | undefined;
  const theDocument = (): OpenAPIObject =>
    (document ??= Object.assign(openApiDocument(app, definition.name, definition.document), { 'x-reacts-to': reactedTo(controllers) }));
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/internal/openapi.json', (_request, reply) => reply.send(theDocument()));
  await waitFor(dependency.postgres, async () => parts.revoked?.start());
  await definition.beforeListen?.(app);
  refuseOtherMethods(app, routes);
  if (inbox) app.connectMicroservice({ strategy: inbox });
  await app.init();
  await fastify.ready();
  await host.releasePort?.();
  await app.listen(settings.port, settings.host);
  if (inbox) await app.startAllMicroservices();
  const unsubscribe =
    inbox &&
    bus &&
    (await waitFor(dependency.kafka, () => subscribe(definition.name, inbox, bus, () => (listening.once = true))).catch(
      async (error: unknown) => {
        // Joining the group takes longer than being ready, so load balancers may use the service already.
        if (listening.once) await draining.announce();
        await draining.drain();
        throw error;
      },
    ));
  listening.once = true;
  const relay =
    database && bus && inbox && new Relay({ url: databaseUrl, service: definition.name, bus, log, onInboxDue: () => inbox.wake() });
  if (relay) database.onEventsCommitted(() => relay.wake());
  const isLeader = (): boolean => relay?.isLeader ?? false;
  const stopObserving = database && observe(new ServiceFigures(database, isLeader));
  const runner = database && new JobRunner(jobs, database, log);
  const auditor = database && new Auditor(definition.invariants, database, log, isLeader);
  return {
    name: definition.name,
    url: await app.getUrl(),
    app,
    find,
    routes: routes(),
    route: (request, response) => fastify.routing(request, response),
    document: theDocument,
    access: accessTable(definition.name, controllers),
    readiness,
    seed: async () => (settings.seedDemo ? definition.seed?.(find) : undefined),
    untilKeysAreKnown: () => waitFor(dependency.identityKeys, () => parts.keys.known()),
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
      await disposeParts(parts);
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

/** A module in Nest's container. */
type NestModule = ModulesContainer extends Map<string, infer Kept> ? Kept : never;

const jobsOf = (modules: Iterable<NestModule>): AnyJob[] =>
  [...modules].flatMap(module =>
    [...module.providers.values()]
      .filter(wrapper => typeof wrapper.metatype === 'function' && Reflect.getMetadata(jobKey, wrapper.metatype) === true)
      .map(wrapper => wrapper.instance as AnyJob),
  );
