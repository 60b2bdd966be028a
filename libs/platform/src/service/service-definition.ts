import type { Abstract, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { EntityTarget } from 'typeorm';
import type { Migration } from '../database/migrate.js';

/** Finds a provider of the running service. */
export type Finder = <T>(token: Type<T> | Abstract<T>) => T;

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
  /** Loads demo data at each start of a development installation; finds out itself what is missing. */
  readonly seed?: (find: Finder) => Promise<void>;
  /** What readiness depends on besides the database: throws, with a reason, while the service cannot serve. */
  readonly ready?: (find: Finder) => Promise<void>;
  /** For routes that are not Nest's: called before the service listens. */
  readonly beforeListen?: (app: NestFastifyApplication) => Promise<void>;
}

/** Declares a service's door. */
export const defineService = (definition: ServiceDefinition): ServiceDefinition => definition;
