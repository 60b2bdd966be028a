import type { Abstract, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EntityTarget } from 'typeorm';
import type { Invariant } from '../auditor/invariant.js';
import type { Database } from '../database/database.js';
import type { Migration } from '../database/migrate.js';
import type { Edge } from '../http/edge.js';
import type { ServedRoute } from '../http/route-table.js';
import type { RetentionRule } from '../retention/retention-rules.js';
import type { Readiness } from './health.js';

/** Finds a provider of the running service. */
export type Finder = <T>(token: Type<T> | Abstract<T>) => T;

/** Answers requests in place of the service's router. */
export interface BeforeRouter {
  /** What it answers. */
  readonly routes: readonly ServedRoute[];
  /** Answers a request, or leaves it to the router. */
  take(request: IncomingMessage, response: ServerResponse, router: () => void): void;
}

/** The door of a service: everything that `serve` must know to run it. */
export interface ServiceDefinition {
  /** One lower-case word; its routes lie below `/v1/<name>`. */
  readonly name: string;
  /** An ordinary Nest module: controllers (reactions among them) and providers. */
  readonly module: Type;
  /** All entities, by name: nothing is loaded by itself. */
  readonly entities?: readonly EntityTarget<unknown>[];
  readonly migrations?: readonly Migration[];
  /** The class of its own settings, made with `settings(…)`. */
  readonly config?: new (environment: NodeJS.ProcessEnv) => object;
  /** `false` for a service without a database, facts and jobs (the gateway). */
  readonly database?: false;
  /** True for the service that the public reaches: it continues their traces, but decides itself which are recorded. */
  readonly isPublicDoor?: true;
  /** What is always true of its data, besides what is true of every service's; the auditor asks every minute. */
  readonly invariants?: readonly Invariant[];
  /** What the service forgets of its own tables, besides what every service does. */
  readonly retention?: readonly RetentionRule[];
  /** Loads demo data at each start of a development installation; finds out itself what is missing. */
  readonly seed?: (find: Finder) => Promise<void>;
  /** What is in its database that a production installation must not have, one line each; asked at a production start only. */
  readonly unfitForProduction?: (database: Database) => Promise<string[]>;
  /** Whether it can serve, besides what every service needs. */
  readonly ready?: (find: Finder) => Promise<Readiness>;
  /** True for the service that publishes the keys of the tokens: it does not wait for them. */
  readonly publishesKeys?: true;
  /** Commands of its own beside `migrate` and the others, by name; each answers what is printed. */
  readonly commands?: Readonly<Record<string, (find: Finder, args: readonly string[]) => Promise<string>>>;
  /** Takes requests before the router does: one that only hands them on (the gateway) needs nothing that a router brings. */
  readonly beforeRouter?: (find: Finder, edge: Edge) => BeforeRouter;
  /** For routes that are not Nest's: called before the service listens. */
  readonly beforeListen?: (app: NestFastifyApplication) => Promise<void>;
}

/** Declares a service's door. */
export const defineService = (definition: ServiceDefinition): ServiceDefinition => definition;
