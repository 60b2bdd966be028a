import { AsyncLocalStorage } from 'node:async_hooks';
import type { Principal } from './principal.js';

/** The context of one request, reaction or job: for logs, events and the audit trail, never for decisions. */
export interface RequestContext {
  readonly service: string;
  readonly requestId: string;
  /** W3C `traceparent` of this request. */
  readonly traceparent: string;
  /** The permission of the route, or the name of the reaction or job. */
  action: string;
  actor?: Principal;
  /** In a reaction, the event that caused it. */
  causationId?: string;
  /** The id that all requests and events with the same origin share. */
  correlationId?: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs work inside a context. */
export const inContext = <R>(context: RequestContext, work: () => R): R => storage.run(context, work);

/** The context of the running request, reaction or job; undefined at start-up. */
export const currentContext = (): RequestContext | undefined => storage.getStore();
