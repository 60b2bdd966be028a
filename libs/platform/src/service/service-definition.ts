import { Module, type Abstract, type Provider, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EntityTarget } from 'typeorm';
import type { Invariant } from '../auditor/invariant.js';
import type { Database } from '../database/database.js';
import type { Migration } from '../database/migrate.js';
import type { Edge } from '../http/edge.js';
import type { ServedRoute } from '../http/route-table.js';
import type { OwnDocument } from '../openapi/document.js';
import type { RetentionRule } from '../retention/retention-rules.js';
import type { Readiness } from './health.js';

/** Finds a provider of the running service. */
export type Finder = <T>(token: Type<T> | Abstract<T>) => T;

/** Handles requests in place of the service's router. */
export interface BeforeRouter {
  /** The routes that it handles. */
  readonly routes: readonly ServedRoute[];
  /** Handles a request, or passes it to the router. */
  take(request: IncomingMessage, response: ServerResponse, router: () => void): void;
}

/** What one folder contributes to its service. */
export interface Feature {
  readonly controllers?: readonly Type[];
  /** Classes with `@ReactsTo`. */
  readonly reactions?: readonly Type[];
  /** Classes with `@Job`. */
  readonly jobs?: readonly Type[];
  /** Use cases, queries, repositories and services. */
  readonly providers?: readonly Provider[];
  /** Entities; none is discovered automatically. */
  readonly entities?: readonly EntityTarget<unknown>[];
  /** Invariants of its data; the auditor checks them every minute, together with those of the platform. */
  readonly invariants?: readonly Invariant[];
  /** Retention rules of its own tables. */
  readonly retention?: readonly RetentionRule[];
}

/**
 * Declares what a folder of a service gives to it, in its `.feature.ts`.
 *
 * @example
 * export const editions = defineFeature({ controllers: [EditionsController], providers: [EditionRepository, PublishEdition], entities: [Edition] });
 */
export const defineFeature = (feature: Feature): Feature => feature;

/** Everything that `serve` needs to run a service. */
export interface ServiceDefinition {
  /** One lower-case word; its routes are below `/v1/<name>`. */
  readonly name: string;
  /** The Nest module of all its features. */
  readonly module: Type;
  readonly entities: readonly EntityTarget<unknown>[];
  readonly invariants: readonly Invariant[];
  readonly retention: readonly RetentionRule[];
  readonly migrations?: readonly Migration[];
  /** The class of its own settings, made with `settings(…)`. */
  readonly config?: new (environment: NodeJS.ProcessEnv) => object;
  /** `false` for a service without a database, events and jobs (the gateway). */
  readonly database?: false;
  /** True for the service that the public reaches: it continues a caller's trace and decides itself whether to record it. */
  readonly isPublicDoor?: true;
  /** Loads the missing demo data at each start of a development installation. */
  readonly seed?: (find: Finder) => Promise<void>;
  /** Data in its database that production must not have, a line each; called at a production start only. */
  readonly unfitForProduction?: (database: Database) => Promise<string[]>;
  /** Its own readiness, in addition to the dependencies of every service. */
  readonly ready?: (find: Finder) => Promise<Readiness>;
  /** What its API document has besides its routes. */
  readonly document?: OwnDocument;
  /** True for the service that publishes the keys of the tokens: it does not wait for them. */
  readonly publishesKeys?: true;
  /** Its own commands by name; each returns the text to print. */
  readonly commands?: Readonly<Record<string, (find: Finder, args: readonly string[]) => Promise<string>>>;
  /** Handles requests before the router. The gateway, which only passes requests on, needs no router for them. */
  readonly beforeRouter?: (find: Finder, edge: Edge) => BeforeRouter;
  /** Adds routes that are not Nest's; called before the service listens. */
  readonly beforeListen?: (app: NestFastifyApplication) => Promise<void>;
}

/** A service as its `.module.ts` declares it. */
export type ServiceDeclaration = Omit<ServiceDefinition, 'module' | 'entities' | 'invariants' | 'retention'> & {
  readonly features: readonly Feature[];
};

/**
 * Declares a service: its features, and what concerns it as a whole.
 *
 * @example
 * export const conference = defineService({ name: 'conference', features: [editions, milestones], migrations, seed });
 */
export function defineService({ features, ...service }: ServiceDeclaration): ServiceDefinition {
  class ServiceModule {}
  Module({
    // For Nest, reactions are controllers of the inbox transport.
    controllers: features.flatMap(({ controllers = [], reactions = [] }) => [...controllers, ...reactions]),
    providers: features.flatMap(({ jobs = [], providers = [] }) => [...providers, ...jobs]),
  })(ServiceModule);
  return {
    ...service,
    module: ServiceModule,
    entities: features.flatMap(({ entities = [] }) => entities),
    invariants: features.flatMap(({ invariants = [] }) => invariants),
    retention: features.flatMap(({ retention = [] }) => retention),
  };
}
