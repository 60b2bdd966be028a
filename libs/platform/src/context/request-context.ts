import { AsyncLocalStorage } from 'node:async_hooks';
import type { Principal } from '../auth/principal.js';

/** What accompanies one request or reaction through the code: for logs, facts and the audit trail, never for decisions. */
export interface RequestContext {
  readonly service: string;
  readonly requestId: string;
  /** W3C `traceparent` of this request. */
  readonly traceparent: string;
  /** What is being done: the permission of the route, the name of the reaction or job. */
  action: string;
  actor?: Principal;
  /** The fact that caused this, in a reaction. */
  causationId?: string;
  /** The id that all requests and facts of one story share. */
  correlationId?: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs work inside a context. */
export const inContext = <R>(context: RequestContext, work: () => R): R => storage.run(context, work);

/** The context of the running request, reaction or job; undefined at start-up. */
export const currentContext = (): RequestContext | undefined => storage.getStore();
