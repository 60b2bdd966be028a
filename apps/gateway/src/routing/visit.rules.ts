import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request on its way through the gateway. */
export interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  /** Of the gateway's own span. */
  readonly traceparent: string;
  /** Address of the caller. */
  readonly address: string;
}
